# Ce que lit l'agent d'accueil sur la tablette.
tablet-title = Interprète
choose-language = Touchez une langue pour appeler un interprète
language-list = Langues
cancelled = Appel annulé ({ $language })
calling = Appel en cours…
no-languages = Aucune langue n'est proposée pour le moment. Prévenez la coordination.
again = Rappeler
close = Fermer
callbacks-title = À rappeler
callback-since = depuis { $time }
callback-tried = a sonné { $attempts } fois
callback-here = Est là
callback-remove = Retirer
callback-sure = Retirer le numéro { $number } ?
callback-keep = Garder
appointments-title = Rendez-vous
appointments-more =
    { $count ->
        [one] Voir l'autre
       *[other] Voir les { $count } autres
    }
appointment-taken = interprète confirmé
appointment-open = pas encore d'interprète
appointment-here = Le visiteur est là
appointment-show = Montrer
appointment-remove = Annuler le rendez-vous
appointment-sure = Annuler le rendez-vous n° { $number } ?
appointment-book = Rendez-vous
unknown-language = Je ne sais pas quelle langue
unknown-language-hint = La personne montre sa langue à l'écran
point-title = Laissez la personne montrer sa langue
point-back = Retour
subject-title = Sujet (facultatif)

# Ce qui a été demandé en vain ; la raison suit.
refused-call = L'appel n'est pas parti.
refused-cancel = Rien n'a été retiré.
refused-way = La façon d'échanger n'a pas changé.
refused-subject = Le sujet n'a pas changé.
refused-callback = Le rappel n'est pas noté.
enrol-title = Appairer cette tablette
