# O que o visitante lê, em português.
waiting-title = À espera de um intérprete
waiting-ringing = O telefone de um intérprete está a tocar
waiting-position =
    { $position ->
        [1] É a sua vez a seguir
       *[other] Lugar na fila: { $position }
    }
waiting-nobody = Nenhum intérprete está disponível neste momento. Pode esperar ou cancelar.
closed-opens = Abre { $when }
closed-now = Fechado de momento
wait-interval = Faltam cerca de { $from } a { $to } minutos
wait-about =
    { $minutes ->
        [1] Falta cerca de um minuto
       *[other] Faltam cerca de { $minutes } minutos
    }
cause-more-urgent-call = Há uma chamada mais urgente à frente.
cause-fewer-interpreters = Há menos intérpretes do que há pouco.
cause-no-answer = Um intérprete não atendeu a chamada; continuamos.
cause-call-returned = Uma chamada cuja ligação falhou voltou à frente da sua.
cause-longer-calls = As conversas em curso demoram mais do que o previsto.
waiting-widened = Estamos a alargar a procura.
waiting-passed = A sua chamada passa para um intérprete desta língua. É a primeira pessoa da fila.
waiting-resumed = A conversa foi interrompida. Estamos a chamar de novo um intérprete: é a primeira pessoa da fila.
call-back = Liguem-me de volta neste balcão
call-back-why = O seu lugar está guardado. Este tablet tocará com o seu número.
waiting-duty = Intérprete previsto a partir de { $when }
waiting-elapsed = Tempo de espera
connecting = O intérprete atendeu. A ligar…
cancel = Cancelar
not-recorded = Esta conversa não é gravada
mute = Desligar o microfone
camera = Desligar a câmara
end = Terminar
self-view = Você
second-interpreter = Segundo intérprete
colleague-sought = O intérprete está a pedir um colega; a conversa continua
colleague-coming = Um colega está a entrar; a conversa continua
colleague-relief = Um colega vai substituir o intérprete; a conversa continua
colleague-second = Participam dois intérpretes
other-lost = A ligação do intérprete foi interrompida. Aguarde, por favor.
no-frames = A imagem parou. Aguarde, por favor.
media-interrupted = O vídeo foi interrompido. Nova tentativa…
link-lost = Rede interrompida. A restabelecer a ligação…
hear = Toque para ouvir o som
ended-done = A conversa terminou
ended-cancelled = A chamada foi cancelada
ended-nobody = Nenhum intérprete pôde atender
ended-full = Já há demasiadas pessoas à espera
ended-broken = A ligação caiu
ended-closed = A interpretação nesta língua está fechada
ended-withdrawn = O serviço terminou a chamada
ended-callback = O seu número
ended-passed = A sua chamada passa para outro intérprete
next-nobody = Pode ligar de novo. Enquanto espera, pode pedir que lhe liguem de volta neste balcão.
next-full = Tente de novo dentro de alguns minutos ou escolha outra língua.
next-closed = Na receção podem dizer-lhe quando voltar.
next-withdrawn = Pode ligar de novo ou perguntar na receção.
next-callback = O seu lugar está guardado. Fique por perto: este tablet tocará com este número.
next-passed = Se nada acontecer, ligue de novo.
next-broken = Ligue de novo: procuramos logo um intérprete.
open-now = Línguas abertas agora
ring-number = Número { $number }
ring-ready = Há um intérprete pronto para si
ring-here = Estou aqui
ring-absent = Ausente
ring-sure = O número { $number } não está?
ring-later = Tocar de novo mais tarde
ring-remove = Retirar da lista
audio-only = Chamada de voz, sem imagem
again = Ligar de novo
back = Outras línguas
returning = Regresso às línguas em { $seconds } s
device-denied = A câmara e o microfone estão bloqueados. Autorize-os nas definições do navegador.
device-no-camera = Nenhuma câmara encontrada. Ligue uma câmara.
device-no-microphone = Nenhum microfone encontrado. Ligue um microfone.
device-no-devices = Nem câmara nem microfone encontrados. Ligue-os.
device-in-use = Outra aplicação está a usar a câmara ou o microfone. Feche-a.
device-insecure = A câmara precisa de um endereço seguro (https). Avise o serviço informático.
device-failed = A câmara não responde. Recarregue a página ou reinicie o tablet.
retry = Tentar de novo
