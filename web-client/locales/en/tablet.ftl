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
appointments-title = Appointments
appointments-more =
    { $count ->
        [one] Show the other one
       *[other] Show the { $count } others
    }
appointment-taken = interpreter confirmed
appointment-open = no interpreter yet
appointment-here = The visitor is here
appointment-show = Show
appointment-remove = Cancel the appointment
appointment-sure = Cancel appointment no. { $number }?
appointment-book = Appointment
unknown-language = I do not know which language
unknown-language-hint = The visitor points at their language
point-title = Let the visitor point at their language
point-back = Back
subject-title = Subject (optional)

# What was asked for in vain; the reason follows.
refused-call = The call was not placed.
refused-cancel = Nothing was removed.
refused-way = The way of talking has not changed.
refused-subject = The subject has not changed.
refused-callback = The callback was not noted.
enrol-title = Pair this tablet
