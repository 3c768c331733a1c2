# Le tableau de la coordination.
board-title = Coordination
sum-waiting = En attente
sum-oldest = la plus longue : { $time }
sum-none = personne n'attend
sum-in-call = En appel
sum-available = Interprètes disponibles
sum-held =
    { $count ->
        [one] { $count } réservé pour un rendez-vous
       *[other] { $count } réservés pour un rendez-vous
    }
sum-present =
    { $count ->
        [one] sur { $count } présent
       *[other] sur { $count } présents
    }
sum-tablets = Tablettes connectées
sum-tablets-all = sur { $count }
sum-answered = Répondus aujourd'hui
sum-answered-all =
    { $count ->
        [one] sur { $count } appel
       *[other] sur { $count } appels
    }
queue-title = File d'attente
queue-empty = Personne n'attend.
active-title = Conversations en cours
active-empty = Aucune conversation en cours.
interpreters-title = Interprètes
tablets-title = Tablettes
today-title = Appels du jour
today-empty = Aucun appel aujourd'hui.
figures-title = Chiffres du jour par langue
column-call = Appel
column-language = Langue
column-site = Lieu
column-wait = Attente
column-phase = Étape
column-interpreter = Interprète
column-duration = Durée
column-picture = Image
picture-tablet = Visiteur
picture-interpreter = Interprète
picture-guest = Tiers
picture-fps = { $fps } i/s
picture-score = Note sur 100 de l'image reçue par la passerelle
picture-still-camera = Image arrêtée : caméra
picture-still-network = Image arrêtée : réseau
picture-off = Caméra coupée
column-time = Heure
column-outcome = Issue
column-offers = Sonneries
column-status = État
column-since = Depuis
column-calls = Appels
column-answered = Répondus
column-abandoned = Abandonnés
column-unserved = Sans réponse
column-share = Répartition
column-mean = Moyenne
column-median = Médiane
column-p90 = P90
column-wait-bar = Attente : médiane et P90
phase-queued = Attend un interprète
phase-connecting = Connexion avec { $name }
wait-mark-1 = plus de 30 s
wait-mark-2 = plus de 2 min
wait-mark-3 = plus de 3 min
status-offline = Hors ligne
status-away = Absent
status-away-after-misses = Absent après appels manqués
status-paused = En pause
status-resting = En repos
held-for = Réservé pour le rendez-vous de { $time }
status-available = Disponible
status-offered = Sonne
status-busy = En appel
status-wrap-up = Après l'appel
status-unreachable = Injoignable
tablet-offline = hors ligne
tablet-connected = connectée
tablet-in-call = en appel
outcome-waiting = En attente
outcome-live = En cours
outcome-completed = Terminé
outcome-abandoned-queued = Abandonné en attente
outcome-abandoned-connecting = Abandonné à la connexion
outcome-timed-out = Personne n'a répondu
outcome-refused-full = File pleine
outcome-refused-closed = Fermé
outcome-withdrawn = Retiré par la coordination
outcome-converted-callback = Rappel demandé
outcome-transferred = Passé à une autre langue
outcome-connection-lost = Connexion perdue
piece-answered = répondus
piece-abandoned = abandonnés
piece-unserved = sans réponse
piece-open = en cours, à rappeler ou autre issue
title-help = ({ $count }) Aide demandée · { $title }
help-alert = { $name } demande de l'aide : { $reason }
help-title = Demandes d'aide
more-call = Agir sur l'appel { $language }, { $site }
more-interpreter = Agir pour { $name }
more-counter = Ouvrir ou fermer : { $name }
more-callback = Annuler le rappel n° { $number }
column-actions = Actions
column-number = N°
column-ticket = Depuis
column-attempts = Sonneries
aged = par l'attente
step = recherche élargie, étape { $step }
assigned-to = confié à { $name }
tablet-away = tablette déconnectée
estimate-interval = encore { $from } à { $to } min
estimate-about = encore { $minutes } min environ
estimate-more-urgent-call = un appel plus urgent est passé devant
estimate-fewer-interpreters = moins d'interprètes en service
estimate-longer-calls = les conversations durent
estimate-no-answer = une sonnerie est restée sans réponse
estimate-call-returned = un appel est revenu dans la file
ring-at = Sonne chez { $name }
why = Pourquoi : { $why }
why-assigned = confié par la coordination
why-missed = n'a pas répondu la dernière fois
why-tier = niveau { $tier }
why-breadth =
    { $count ->
        [one] { $count } sorte d'appel
       *[other] { $count } sortes d'appel
    }
why-idle-minutes = libre { $count } min
why-idle-seconds = libre { $count } s
why-among =
    { $count ->
        [one] seule personne libre
       *[other] parmi { $count } libres
    }
why-explain = L'ordre du choix : d'abord qui a répondu la dernière fois, puis le niveau le plus proche de 1, le moins de sortes d'appel possibles (une personne spécialisée avant une polyglotte), et le plus longtemps libre.
why-explain-step = Étape { $step } de la recherche. Classe de l'appel à ce moment : { $class }.
call-gone = Cet appel n'attend plus.
action-class = Classe
action-assign = Confier à
action-assign-note = Une personne occupée garde l'appel un court moment ; ensuite tout le monde peut le prendre.
action-assign-none = Personne n'est en service pour cette langue et ce mode.
action-move = La personne parle une autre langue
action-move-note = L'appel garde son heure d'arrivée.
action-withdraw = Retirer de la file
action-withdraw-what = L'attente s'arrête et la tablette le dit. L'appel compte comme non servi.
action-withdraw-confirm = Oui, retirer
action-pause = Mettre en pause
action-pause-note = Un appel en cours continue ; un appel qui sonne passe à un collègue. La personne peut revenir d'elle-même.
action-pause-none = Cette personne est hors ligne ou déjà en pause.
skills-title = Compétences
skill-tier = niveau { $tier }
skill-tier-short = niv. { $tier }
pool-own = Interprète du service
pool-overflow = Partenaire
paused-by-coordinator = par la coordination
work-minutes = { $count } min d'affilée
work-relief = { $count } min d'affilée : relève conseillée
work-stop = { $count } min d'affilée : durée maximale
rest-until = repos jusqu'à { $time }
counters-title = Ouverture
counters-sum = Lieux ouverts : { $sites } sur { $allSites }. Langues ouvertes : { $languages } sur { $allLanguages }.
counters-calm = Tout suit les horaires.
counters-all = Tous les lieux et langues
counter-open = Ouvert
counter-closed = Fermé
counter-forced = à la main
counter-closes = ferme { $time }
counter-opens = ouvre { $time }
force-title = Ouverture : { $name }
force-open = Ouvrir maintenant
force-closed = Fermer maintenant
force-hours = Suivre les horaires
force-note = Ce choix vaut jusqu'à ce que vous reveniez aux horaires. Les personnes qui attendent déjà sont servies.
callbacks-title = Rappels
callback-rings = sonne à la tablette
callback-waits = attend son tour
callback-cancel-what = La personne n° { $number } ne sera pas rappelée.
callback-cancel-confirm = Oui, annuler le rappel
callback-gone = Ce rappel est terminé.
appointments-title = Rendez-vous
appointment-nobody = personne encore
appointment-urgent = à confier : dans moins de 24 h
appointment-held = bientôt : interprète réservé
appointment-calls = la tablette appelle
more-appointment = Agir sur le rendez-vous n° { $number }
appointment-dialog = Rendez-vous n° { $number } · { $language } · { $site }
appointment-assign-note = Seules les personnes qualifiées pour cette langue et ce mode, libres à cette heure.
appointment-assign-none = Personne n'est qualifié et libre à cette heure.
appointment-cancel = Annuler le rendez-vous
appointment-cancel-what = La personne n° { $number } ne sera pas appelée. Prévenez-la si vous le pouvez.
appointment-cancel-confirm = Oui, annuler
appointment-keep = Garder le rendez-vous
appointment-gone = Ce rendez-vous est terminé ou annulé.
appointment-end-kept = rendez-vous tenu
appointment-end-cancelled = rendez-vous annulé
appointment-end-no-show = personne n'est venu
appointment-end-unserved = rendez-vous non servi
outcome-converted-appointment = Rendez-vous pris
broadcast-title = Message aux interprètes
broadcast-label = Texte du message
broadcast-note = Affiché à tous les interprètes connectés, conservé nulle part.
broadcast-count = { $count } sur { $max } caractères
broadcast-send = Envoyer à tous
broadcast-sent = Envoyé à { $time }.
record-origin = suite d'un changement de langue
record-appointment = sur rendez-vous
record-handovers =
    { $count ->
        [one] { $count } relève
       *[other] { $count } relèves
    }
callback-end-answered = rappel abouti
callback-end-cancelled = rappel annulé
callback-end-unserved = rappel sans réponse
figures-formula = Attente : de l'entrée dans la file à l'image et au son établis dans les deux sens, appels répondus seulement. Médiane et P90 (9 appels sur 10 attendent moins) par la méthode du rang le plus proche. Abandonné : la personne est partie avant. Sans réponse : attente maximale dépassée, file pleine, fermé, retiré par la coordination ou rappel sans réponse. Tous les instants sont ceux du serveur.
# Assister à une conversation.
watch = Assister
watch-ask = Demander à assister
watch-asking = Demande envoyée…
watch-asked = Demande sur la tablette
watch-time = encore { $time }
watch-cancel = Annuler la demande
watch-connecting = Accepté. Connexion…
watch-there = Vous assistez à cet appel
watch-elsewhere = Une autre page de la coordination assiste, ou le demande
watch-unwilling-refused = La personne accueillie a dit non. À redemander seulement si l'interprète demande de l'aide.
watch-unwilling-silent = Pas de réponse de la personne accueillie. Redemander à partir de { $time }.
watch-over-refused = La personne accueillie ne le souhaite pas.
watch-over-expired = Pas de réponse de la personne accueillie.
watch-over-withdrawn = La personne accueillie ne le permet plus, ou la connexion a été perdue.
watch-over-ended = L'appel est terminé.
watch-over-elsewhere = Une autre page de la coordination l'avait déjà demandé.
watch-over-cut = La connexion a été perdue. Vous n'assistez plus ; vous pouvez redemander.
watch-again = Demander à nouveau
watch-title = Vous assistez : { $call }
watch-note = Personne ne vous voit ni ne vous entend. Tout le monde voit que la coordination assiste. Rien n'est enregistré.
watch-quit = Quitter
watch-quiet = Couper le son
watch-hear = Cliquez pour entendre le son
watch-trouble = L'image est interrompue. Nouvelle tentative…
watch-visitor = Personne accueillie
watch-lead = Interprète
watch-colleague = Second interprète
watch-silent = Reconnexion…
watch-guest = Personne invitée
watch-enlarge = Agrandir : { $name }
guest-invited = Personne invitée par un lien
guest-connecting = La personne invitée se connecte
guest-there = Une personne invitée participe
guest-lost = Personne invitée : connexion coupée
watch-text = Texte de l'appel
watch-text-empty = Personne n'a encore écrit.
watch-text-lost = Texte perdu
# Les tablettes et leur appairage.
devices-manage = Appairer, retirer…
devices-title = Tablettes des lieux
