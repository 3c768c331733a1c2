# Becoming a tablet of the service: loaded with the screen.
enrol-text = Enter the code the coordinator's page shows. It works once, for ten minutes.
enrol-keys = Characters of the code
enrol-erase = Erase the last character
enrol-send = Pair
enrol-busy = Pairing…
enrol-over-removed = The coordinator has removed this tablet. Ask for a new code.
enrol-over-replaced = Another device has taken this tablet's place. If that is a mistake, ask the coordinator for a new code.
enrol-over-left = This device was paired again. Ask the coordinator for a code.
enrol-over-copied = This tablet's access was used elsewhere, so it was removed to be safe. Tell the coordinator and ask for a new code.
enrol-over-moved = This tablet has moved to another place. Ask the coordinator for a new code.
pairing-code-unreadable = This code is not complete. It has eight characters.
pairing-code-gone = This code is not valid, was used or has expired. Check it, or ask the coordinator for a new one.
pairing-too-many = Too many wrong codes. Try again in a minute, or scan the QR code.
