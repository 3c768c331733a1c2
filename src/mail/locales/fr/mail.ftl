# Mails, which whoever reads them sees in both languages.
forgotten-subject = { $service } : mot de passe oublié
forgotten-text =
    Bonjour,

    un nouveau mot de passe a été demandé pour votre compte de visio-interprétation
    ({ $service }). Ouvrez ce lien pour le choisir ; il sert une fois, pendant une heure :

    { $link }

    Vous n'avez rien demandé ? Ne faites rien : votre mot de passe reste valable et
    personne n'entre sans ce lien. Si ces messages se répètent, prévenez votre
    administrateur.
