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
