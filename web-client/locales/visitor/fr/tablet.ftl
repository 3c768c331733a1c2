# Ce que lit la personne accueillie, en français ; aussi la ligne de l'agent sous chaque autre langue.
waiting-title = En attente d'un interprète
waiting-ringing = Ça sonne chez un interprète
waiting-position =
    { $position ->
        [1] Vous êtes le prochain appel
       *[other] Place dans la file : { $position }
    }
waiting-nobody = Aucun interprète n'est disponible pour le moment. Vous pouvez patienter ou annuler.
waiting-elapsed = Temps d'attente
connecting = L'interprète a répondu. Connexion en cours…
cancel = Annuler
not-recorded = Conversation non enregistrée
mute = Couper le micro
camera = Couper la caméra
end = Terminer
self-view = Vous
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
