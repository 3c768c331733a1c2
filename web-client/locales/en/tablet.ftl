# What the reception agent reads on the tablet.
tablet-title = Interpreter
choose-language = Touch a language to call an interpreter
language-list = Languages
cancelled = Call cancelled ({ $language })
calling = Calling…
no-languages = No language is offered for the moment. Tell the coordinator.
again = Call again
close = Close
callbacks-title = To be called back
callback-since = since { $time }
callback-tried =
    { $attempts ->
        [one] rang once
       *[other] rang { $attempts } times
    }
callback-here = Is here
callback-remove = Remove
callback-sure = Remove number { $number }?
callback-keep = Keep
