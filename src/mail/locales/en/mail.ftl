# Mails, which whoever reads them sees in both languages.
forgotten-subject = { $service }: forgotten password
forgotten-text =
    Hello,

    a new password was asked for, for your video interpreting account
    ({ $service }). Open this link to choose it; it works once, for one hour:

    { $link }

    You did not ask? Do nothing: your password stays good, and nobody gets in without
    this link. If such messages keep coming, tell your administrator.
