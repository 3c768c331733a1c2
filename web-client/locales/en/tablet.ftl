# What the reception agent reads on the tablet.
tablet-title = Interpreter
choose-language = Touch a language to call an interpreter
language-list = Languages
cancelled = Call cancelled ({ $language })
calling = Calling…
no-languages = No language is offered for the moment. Tell the coordinator.
again = Call again
close = Close
