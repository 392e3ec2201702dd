// Spanish: the frame around the screens.

import type { Words } from "../en";

export const frame: Words["frame"] = {
  sandbox: "PRUEBAS",
  sandbox_words: "nada sale de esta computadora",
  shadow: "SOMBRA",
  shadow_words: "todo se evalúa, nada se envía",
  critical_count_one: "{{count}} crítico",
  critical_count_other: "{{count}} críticos",
  abnormal_count_one: "{{count}} anormal",
  abnormal_count_other: "{{count}} anormales",
  info_count_one: "{{count}} aviso",
  info_count_other: "{{count}} avisos",
  read_only: "Solo lectura",
  status: "Estado de las conexiones",
  on_call: "De guardia",
  nobody_on_call: "Nadie de guardia",
  on_call_unknown: "Guardia desconocida",
  on_call_unasked: "Guardia sin consultar",
  queue: "cola {{count}}",
  oldest: "más antiguo {{age}}",
  built_in: "integrado",
  freshest: "Última lectura",
  freshest_none: "Aún no hay lecturas",
  quarantined_one: "{{count}} en cuarentena",
  quarantined_other: "{{count}} en cuarentena",
  see: "Ver",
};

export const health: Words["health"] = { ok: "bien", slow: "lento", failing: "falla", idle: "sin usar aún" };

export const link: Words["link"] = {
  lost_title: "Conexión perdida",
  lost_words: "La pantalla muestra cómo estaba todo hace {{age}}. Las alarmas siguen sonando desde el motor.",
  lost_action: "Intentando de nuevo",
  signed_out_title: "Este enlace ya no sirve",
  signed_out_words: "Abra el enlace de consola que Careloop mostró al iniciar.",
};

export const sound: Words["sound"] = {
  title: "Sonido",
  quiet: "Sonido activo",
  sounding_critical: "Suena: crítico",
  sounding_abnormal: "Suena: anormal",
  sounding_link_lost: "Suena: conexión perdida",
  muted: "En silencio {{left}}",
  unavailable: "Sin dispositivo de sonido",
  unavailable_words: "Esta máquina no puede sonar. Mantenga la pantalla a la vista.",
  mute_for: "Silenciar {{minutes}} min",
  unmute: "Quitar el silencio",
  test: "Tocar una vez el patrón crítico",
  rule: "Un crítico nuevo suena aunque esté en silencio.",
};

export const help: Words["help"] = {
  title: "Teclado",
  move: "Fila siguiente, anterior",
  first: "Primera, última fila",
  open: "Ir a los detalles",
  back: "Volver a la lista",
  acknowledge: "Atender",
  claim: "Tomar",
  shelve: "Apartar, o devolver a la lista",
  text: "Enviar un texto al paciente",
  page: "Avisar al clínico de guardia",
  note: "Escribir una nota",
  call: "Registrar una llamada",
  dispositions: "Cerrar: se actuó, observado, falsa alarma, límite inadecuado, aparato",
  judge: "En modo sombra: yo también, otra cosa, no hacía falta",
  undo: "Deshacer, durante diez segundos",
  reveal: "Mostrar las filas nuevas",
  find: "Buscar paciente",
  this: "Esta ayuda",
  screens: "Lista, Simulador, Conexiones",
  on_row: "En la fila elegida",
  moving: "Moverse",
  console: "Consola",
  shapes: "Formas",
  lamps: "Luces",
};
