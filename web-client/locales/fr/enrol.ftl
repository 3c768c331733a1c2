# Devenir une tablette du service : chargé avec l'écran.
enrol-text = Entrez le code affiché par la coordination. Il sert une seule fois, pendant dix minutes.
enrol-keys = Caractères du code
enrol-erase = Effacer le dernier caractère
enrol-send = Appairer
enrol-busy = Appairage…
enrol-over-removed = La coordination a retiré cette tablette. Demandez-lui un nouveau code.
enrol-over-replaced = Un autre appareil a pris la place de cette tablette. Si c'est une erreur, demandez un nouveau code à la coordination.
enrol-over-left = Cet appareil a été appairé de nouveau. Demandez un code à la coordination.
enrol-over-copied = L'accès de cette tablette a été utilisé ailleurs : par sécurité, elle a été retirée. Prévenez la coordination et demandez un nouveau code.
enrol-over-moved = Cette tablette a changé de lieu. Demandez un nouveau code à la coordination.
pairing-code-unreadable = Ce code n'est pas complet. Il a huit caractères.
pairing-code-gone = Ce code n'est pas valable, a déjà servi ou a expiré. Vérifiez-le, ou demandez-en un nouveau à la coordination.
pairing-too-many = Trop de codes erronés. Réessayez dans une minute, ou photographiez le code QR.
