# What the visitor reads, in English.
waiting-title = Waiting for an interpreter
waiting-ringing = An interpreter's phone is ringing
waiting-position =
    { $position ->
        [1] You are next
       *[other] Place in the queue: { $position }
    }
waiting-nobody = No interpreter is available at the moment. You can wait or cancel.
waiting-elapsed = Waiting time
connecting = The interpreter has answered. Connecting…
cancel = Cancel
not-recorded = This conversation is not recorded
mute = Turn off microphone
camera = Turn off camera
end = End
self-view = You
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
