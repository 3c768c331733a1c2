# Le tableau de la coordination.
board-title = Coordination
sum-waiting = En attente
sum-oldest = la plus longue : { $time }
sum-none = personne n'attend
sum-in-call = En appel
sum-available = Interprètes disponibles
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
phase-offered = Sonne chez { $name }
phase-connecting = Connexion avec { $name }
wait-mark-1 = plus de 30 s
wait-mark-2 = plus de 2 min
wait-mark-3 = plus de 3 min
status-offline = Hors ligne
status-away = Absent
status-away-after-misses = Absent après appels manqués
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
outcome-connection-lost = Connexion perdue
piece-answered = répondus
piece-abandoned = abandonnés
piece-unserved = sans réponse
piece-open = en cours
figures-formula = Attente : de l'entrée dans la file à l'image et au son établis dans les deux sens, appels répondus seulement. Médiane et P90 (9 appels sur 10 attendent moins) par la méthode du rang le plus proche. Abandonné : la personne est partie avant. Sans réponse : attente maximale dépassée ou file pleine. Tous les instants sont ceux du serveur.
