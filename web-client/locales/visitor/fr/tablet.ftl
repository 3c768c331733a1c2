# Ce que lit la personne accueillie, en français ; aussi la ligne de l'agent sous chaque autre langue.
waiting-title = En attente d'un interprète
waiting-ringing = Ça sonne chez un interprète
waiting-position =
    { $position ->
        [1] Vous êtes le prochain appel
       *[other] Place dans la file : { $position }
    }
waiting-nobody = Aucun interprète n'est disponible pour le moment. Vous pouvez patienter ou annuler.
closed-opens = Ouvre { $when }
closed-now = Fermé pour le moment
wait-interval = Encore { $from } à { $to } minutes environ
wait-about =
    { $minutes ->
        [1] Encore une minute environ
       *[other] Encore { $minutes } minutes environ
    }
cause-more-urgent-call = Un appel plus urgent passe avant le vôtre.
cause-fewer-interpreters = Il y a moins d'interprètes que tout à l'heure.
cause-no-answer = Un interprète n'a pas pris l'appel ; nous continuons.
cause-call-returned = Un appel dont la connexion a échoué est revenu devant le vôtre.
cause-longer-calls = Les conversations en cours durent plus longtemps que prévu.
waiting-widened = Nous élargissons la recherche.
waiting-passed = On vous transmet à un interprète de cette langue. Vous êtes en tête de file.
waiting-resumed = La conversation a été coupée. Nous rappelons un interprète : vous êtes en tête de file.
call-back = Me rappeler à ce guichet
call-back-why = Vous gardez votre place. Cette tablette sonnera avec votre numéro.
waiting-duty = Interprète prévu à partir de { $when }
waiting-elapsed = Temps d'attente
connecting = L'interprète a répondu. Connexion en cours…
cancel = Annuler
not-recorded = Conversation non enregistrée
mute = Couper le micro
camera = Couper la caméra
end = Terminer
self-view = Vous
second-interpreter = Deuxième interprète
colleague-sought = L'interprète demande un collègue ; la conversation continue
colleague-coming = Un collègue arrive ; la conversation continue
colleague-relief = Un collègue va prendre la suite ; la conversation continue
colleague-second = Deux interprètes participent
other-lost = La connexion de l'interprète est interrompue. Merci de patienter.
no-frames = L'image s'est arrêtée. Merci de patienter.
media-interrupted = La vidéo est interrompue. Nouvelle tentative…
link-lost = Réseau interrompu. Reconnexion…
hear = Touchez pour entendre le son
ended-done = La conversation est terminée
ended-cancelled = L'appel est annulé
ended-nobody = Aucun interprète n'a pu répondre
ended-full = Trop de personnes attendent déjà
ended-broken = La connexion a été coupée
ended-closed = L'interprétation dans cette langue est fermée
ended-withdrawn = Le service a mis fin à l'appel
ended-callback = Votre numéro
ended-passed = On vous transmet à un autre interprète
next-nobody = Vous pouvez rappeler. Pendant l'attente, vous pouvez demander à être rappelé à ce guichet.
next-full = Réessayez dans quelques minutes, ou choisissez une autre langue.
next-closed = L'accueil peut vous dire quand revenir.
next-withdrawn = Vous pouvez rappeler, ou demander à l'accueil.
next-callback = Vous gardez votre place. Restez à proximité : cette tablette sonnera avec ce numéro.
next-passed = Si rien ne se passe, rappelez.
next-broken = Rappelez : nous cherchons tout de suite un interprète.
open-now = Langues ouvertes maintenant
ring-number = Numéro { $number }
ring-ready = Un interprète est prêt pour vous
ring-here = Je suis là
ring-absent = Absent
ring-sure = Le numéro { $number } n'est pas là ?
ring-later = Sonner encore plus tard
ring-remove = Retirer de la liste
audio-only = Appel par la voix, sans image
again = Rappeler
back = Autres langues
returning = Retour aux langues dans { $seconds } s
device-denied = La caméra et le micro sont bloqués. Autorisez-les dans les réglages du navigateur.
device-no-camera = Aucune caméra trouvée. Branchez une caméra.
device-no-microphone = Aucun micro trouvé. Branchez un micro.
device-no-devices = Ni caméra ni micro trouvés. Branchez-les.
device-in-use = La caméra ou le micro sont utilisés par une autre application. Fermez-la.
device-insecure = La caméra demande une adresse sécurisée (https). Prévenez le service informatique.
device-failed = La caméra ne répond pas. Rechargez la page ou redémarrez la tablette.
retry = Réessayer
