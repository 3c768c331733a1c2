# O que o visitante lê, em português.
waiting-title = À espera de um intérprete
waiting-ringing = O telefone de um intérprete está a tocar
waiting-position =
    { $position ->
        [1] É a sua vez a seguir
       *[other] Lugar na fila: { $position }
    }
waiting-nobody = Nenhum intérprete está disponível neste momento. Pode esperar ou cancelar.
waiting-elapsed = Tempo de espera
connecting = O intérprete atendeu. A ligar…
cancel = Cancelar
not-recorded = Esta conversa não é gravada
mute = Desligar o microfone
camera = Desligar a câmara
end = Terminar
self-view = Você
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
