# What the visitor reads, in English.
waiting-title = Waiting for an interpreter
waiting-ringing = An interpreter's phone is ringing
waiting-position =
    { $position ->
        [1] You are next
       *[other] Place in the queue: { $position }
    }
waiting-nobody = No interpreter is available at the moment. You can wait or cancel.
closed-opens = Opens { $when }
closed-now = Closed for now
wait-interval = About { $from } to { $to } more minutes
wait-about =
    { $minutes ->
        [1] About one more minute
       *[other] About { $minutes } more minutes
    }
cause-more-urgent-call = A more urgent call goes first.
cause-fewer-interpreters = There are fewer interpreters than before.
cause-no-answer = An interpreter did not take the call; we go on.
cause-call-returned = A call whose connection failed is back before yours.
cause-longer-calls = The conversations under way take longer than expected.
waiting-widened = We are looking further.
waiting-passed = You are being passed on to an interpreter of this language. You are first in line.
waiting-resumed = The conversation was cut off. We are calling an interpreter again: you are first in line.
call-back = Call me back at this counter
call-back-why = You keep your place. This tablet will ring with your number.
waiting-duty = Interpreter expected from { $when }
waiting-elapsed = Waiting time
connecting = The interpreter has answered. Connecting…
cancel = Cancel
not-recorded = This conversation is not recorded
mute = Turn off microphone
camera = Turn off camera
end = End
self-view = You
second-interpreter = Second interpreter
colleague-sought = The interpreter is asking for a colleague; the conversation goes on
colleague-coming = A colleague is joining; the conversation goes on
colleague-relief = A colleague will take over; the conversation goes on
colleague-second = Two interpreters take part
other-lost = The interpreter's connection is interrupted. Please wait.
no-frames = The picture has stopped. Please wait.
media-interrupted = The video is interrupted. Trying again…
link-lost = Network interrupted. Reconnecting…
hear = Touch to hear the sound
ended-done = The conversation is over
ended-cancelled = The call is cancelled
ended-nobody = No interpreter could answer
ended-full = Too many people are already waiting
ended-broken = The connection was cut off
ended-closed = Interpreting in this language is closed
ended-withdrawn = The service has ended the call
ended-callback = Your number
ended-passed = You are being passed on to another interpreter
next-nobody = You can call again. While you wait, you can ask to be called back at this counter.
next-full = Try again in a few minutes, or choose another language.
next-closed = The reception can tell you when to come back.
next-withdrawn = You can call again, or ask the reception.
next-callback = You keep your place. Stay nearby: this tablet will ring with this number.
next-passed = If nothing happens, call again.
next-broken = Call again: we look for an interpreter at once.
open-now = Languages open now
ring-number = Number { $number }
ring-ready = An interpreter is ready for you
ring-here = I am here
ring-absent = Not here
ring-sure = Number { $number } is not here?
ring-later = Ring again later
ring-remove = Remove from the list
audio-only = Voice call, without picture
again = Call again
back = Other languages
returning = Back to the languages in { $seconds } s
device-denied = The camera and microphone are blocked. Allow them in the browser's settings.
device-no-camera = No camera found. Connect a camera.
device-no-microphone = No microphone found. Connect a microphone.
device-no-devices = No camera and no microphone found. Connect them.
device-in-use = Another application is using the camera or the microphone. Close it.
device-insecure = The camera needs a secure address (https). Tell the IT department.
device-failed = The camera does not respond. Reload the page or restart the tablet.
retry = Try again
