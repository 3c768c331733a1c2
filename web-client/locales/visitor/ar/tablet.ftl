# ما يقرؤه الزائر بالعربية.
waiting-title = في انتظار مترجم
waiting-ringing = الهاتف يرنّ عند أحد المترجمين
waiting-position =
    { $position ->
        [1] أنت التالي
       *[other] مكانك في قائمة الانتظار: { $position }
    }
waiting-nobody = لا يوجد مترجم متاح في الوقت الحالي.
closed-opens = تفتح { $when }
closed-now = مغلق في الوقت الحالي
wait-interval =
    { $to ->
        [few] بقي نحو { $from } إلى { $to } دقائق
       *[other] بقي نحو { $from } إلى { $to } دقيقة
    }
wait-about =
    { $minutes ->
        [1] بقيت نحو دقيقة واحدة
        [two] بقيت نحو دقيقتين ({ $minutes })
        [few] بقي نحو { $minutes } دقائق
       *[other] بقي نحو { $minutes } دقيقة
    }
cause-more-urgent-call = هناك مكالمة أكثر استعجالًا قبل مكالمتك.
cause-fewer-interpreters = عدد المترجمين أقل مما كان عليه.
cause-no-answer = لم يرد أحد المترجمين على المكالمة؛ نواصل البحث.
cause-call-returned = مكالمة فشل اتصالها عادت قبل مكالمتك.
cause-longer-calls = المحادثات الجارية تستغرق وقتًا أطول من المتوقع.
waiting-widened = نوسّع البحث عن مترجم.
waiting-passed = يجري تحويلك إلى مترجم بهذه اللغة. أنت الأول في الانتظار.
waiting-resumed = انقطعت المحادثة. نتصل بمترجم من جديد: أنت الأول في الانتظار.
call-back = عاودوا الاتصال بي عند هذا الشباك
call-back-why = مكانك محفوظ. سيرنّ هذا الجهاز ويظهر رقمك.
way-title = بدلًا من الانتظار هنا
way-sign = بلغة الإشارة
way-spoken-video = بالصوت والصورة
way-spoken-audio = بالصوت فقط
way-text-relay = كتابةً
way-cued-speech = بالكلام المصحوب بالإشارات
way-kept = مكانك محفوظ.
way-changed = { $way }. مكانك محفوظ.
appointment = حجز موعد
appointment-why = في وقت آخر تختاره أنت.
book-title = اختر اليوم والساعة
book-back = رجوع
book-wait-on = مواصلة الانتظار
book-waits = مكانك محفوظ. إذا أجاب مترجم تبدأ المكالمة.
book-loading = نبحث عن الأوقات المتاحة…
book-failed = لم تصل الأوقات المتاحة. المس للمحاولة من جديد.
book-gone = حُجز هذا الوقت للتو. هذه الأوقات الباقية.
book-none = لا يوجد وقت متاح في الأيام القادمة
book-none-ask = اسأل موظف الاستقبال: يمكن للخدمة أن تخبرك متى تعود.
book-none-wait = يمكنك مواصلة الانتظار، أو سؤال موظف الاستقبال متى تعود.
book-morning = صباحًا
book-afternoon = بعد الظهر
book-chosen = { $date }، { $time }
book-confirm = تأكيد الموعد
ticket-title = موعدك
ticket-date = { $date }
ticket-taken = أكّد أحد المترجمين الموعد
ticket-open = هذا الوقت محجوز لك. سيؤكده أحد المترجمين.
ticket-come = عد إلى هنا قبل الموعد بقليل. سيناديك هذا الجهاز بهذا الرقم.
ticket-photo = التقط صورة لهذه الشاشة
ticket-print = طباعة
ticket-close = تم
due-title = حان وقت موعدك
due-later = الانتظار أكثر دون رنين
due-remove = إلغاء الموعد
point-own = أتكلم العربية
point-named = أتكلم { $name }
point-sign = أتواصل بلغة الإشارة
waiting-duty = من المنتظر حضور مترجم ابتداءً من { $when }
waiting-elapsed = مدة الانتظار
connecting = أجاب المترجم. جارٍ الاتصال…
cancel = إلغاء
not-recorded = هذه المحادثة غير مسجلة
mute = إيقاف الميكروفون
camera = إيقاف الكاميرا
end = إنهاء
self-view = أنت
second-interpreter = المترجم الثاني
silent = جارٍ إعادة الاتصال…
colleague-sought = المترجم يطلب زميلًا؛ المحادثة مستمرة
colleague-coming = زميل ينضم الآن؛ المحادثة مستمرة
colleague-relief = سيتابع زميل بدلًا من المترجم؛ المحادثة مستمرة
colleague-second = يشارك مترجمان
other-lost = انقطع اتصال المترجم. يرجى الانتظار.
no-frames = توقفت الصورة. يرجى الانتظار.
self-still-camera = لم نعد نراك. تحقق من الكاميرا وأغلق التطبيقات الأخرى.
self-still-network = لم نعد نراك: الشبكة ضعيفة. نحاول من جديد…
other-still = توقفت صورة المترجم. المترجم يعلم. يرجى الانتظار.
other-camera-off = أوقف المترجم الكاميرا.
media-interrupted = انقطع الفيديو. نحاول من جديد…
link-lost = انقطعت الشبكة. جارٍ إعادة الاتصال…
link-lost-waiting = انقطع الاتصال، ومكانك محفوظ. جارٍ إعادة الاتصال…
hear = المس الشاشة لسماع الصوت
ended-done = انتهت المحادثة
ended-cancelled = أُلغيت المكالمة
ended-nobody = لم يتمكن أي مترجم من الرد
ended-full = عدد المنتظرين كبير جدًا حاليًا
ended-broken = انقطع الاتصال
ended-closed = الترجمة بهذه اللغة مغلقة الآن
ended-withdrawn = أنهت الخدمة هذه المكالمة
ended-callback = رقمك
ended-appointment = أُلغي الموعد
ended-passed = يجري تحويلك إلى مترجم آخر
next-nobody = يمكنك الاتصال مرة أخرى، أو حجز موعد في الوقت الذي تختاره.
next-full = حاول مرة أخرى بعد بضع دقائق، أو احجز موعدًا.
next-closed = يمكنك حجز موعد. ويمكن لموظف الاستقبال أيضًا أن يخبرك متى تعود.
next-withdrawn = يمكنك الاتصال مرة أخرى، أو سؤال موظف الاستقبال.
next-callback = مكانك محفوظ. ابقَ قريبًا: سيرنّ هذا الجهاز ويظهر هذا الرقم.
next-appointment = يمكنك حجز موعد آخر.
next-passed = إذا لم يحدث شيء، فاتصل مرة أخرى.
next-broken = اتصل مرة أخرى: سنبحث فورًا عن مترجم.
open-now = اللغات المفتوحة الآن
ring-number = الرقم { $number }
ring-ready = المترجم جاهز لك
ring-here = أنا هنا
ring-absent = غير موجود
ring-sure = صاحب الرقم { $number } غير موجود؟
ring-later = الرنين مرة أخرى لاحقًا
ring-remove = الحذف من القائمة
audio-only = مكالمة صوتية بلا صورة
again = الاتصال مرة أخرى
back = لغات أخرى
returning = العودة إلى اللغات بعد { $seconds } ث
device-denied = الكاميرا والميكروفون محظوران. اسمح بهما في إعدادات المتصفح.
device-no-camera = لم يُعثر على كاميرا. صِل كاميرا بالجهاز.
device-no-microphone = لم يُعثر على ميكروفون. صِل ميكروفونًا بالجهاز.
device-no-devices = لم يُعثر على كاميرا ولا ميكروفون. صِلهما بالجهاز.
device-in-use = يستخدم تطبيق آخر الكاميرا أو الميكروفون. أغلقه.
device-insecure = تحتاج الكاميرا إلى عنوان آمن (https). أبلغ قسم المعلوماتية.
device-failed = الكاميرا لا تستجيب. أعد تحميل الصفحة أو أعد تشغيل الجهاز.
retry = إعادة المحاولة
# من يشارك أيضًا في المكالمة.
join-title = هل تسمح لأحد المنسقين بمتابعة المكالمة؟
join-text = سيراك ويسمعك، ولن يتكلم. لا يُسجَّل أي شيء.
join-free = لك حرية الاختيار. إذا رفضت، تستمر المكالمة كما هي.
join-yes = نعم، أسمح بذلك
join-no = لا
join-left = إن لم تُجب خلال { $seconds } ث، فالجواب لا.
observer-connecting = أحد المنسقين يتصل الآن
observer-there = أحد المنسقين يتابع المكالمة
observer-stop = إلغاء السماح
guest = الشخص المدعو
guest-invite = دعوة شخص
guest-title = دعوة شخص إلى هذه المكالمة
guest-text = يفتح هذا الرابط على هاتفه أو حاسوبه. سيراك ويسمعك، وستراه أنت أيضًا.
guest-qr = رمز يُصوَّر للانضمام إلى المكالمة
guest-copy = نسخ الرابط
guest-copied = نُسخ الرابط
guest-left = الرابط صالح لمدة { $time }
guest-making = جارٍ إعداد الرابط…
guest-refused = تعذّر إعداد الرابط.
guest-given = سبق إعطاء رابط. الرابط الجديد يلغيه.
guest-again = إنشاء رابط جديد
guest-invited = هناك شخص مدعو إلى المكالمة
guest-connecting = الشخص المدعو يتصل الآن
guest-there = شخص مدعو يشارك في المكالمة
guest-lost = انقطع اتصال الشخص المدعو
guest-silent = الشخص المدعو: لا صورة ولا صوت حاليًا. جارٍ إعادة الاتصال…
guest-show = عرض الرابط
guest-remove = إزالة
enlarge = تكبير: { $name }
panel-close = إغلاق
# الكتابة في المكالمة.
text = كتابة
text-title = نص مباشر
text-field = نصك
text-hint = يظهر كل حرف فورًا. مفتاح الإدخال: سطر جديد. لا يُحفظ شيء.
text-empty = اكتب: يقرأ الجميع في الوقت نفسه.
text-waits = لا اتصال بعد: سيُرسل نصك في أقرب وقت.
text-too-much = النص طويل جدًا: ألصق نصًا أقصر.
text-lost = نص مفقود
text-send = سطر جديد
text-unread = وصل نص جديد
text-interpreter = المترجم
