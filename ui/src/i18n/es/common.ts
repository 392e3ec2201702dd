// Spanish: said on every screen.

import type { Words } from "../en";

export const app: Words["app"] = { name: "Careloop", loading: "Abriendo la consola" };

export const nav: Words["nav"] = {
  screens: "Pantallas",
  worklist: "Lista",
  visits: "Citas",
  patients: "Pacientes",
  simulator: "Simulador",
  connections: "Conexiones",
  messages: "Mensajes",
  people: "Personas",
  runbook: "Recorrido",
  audit: "Auditoría",
  checkins: "Seguimientos",
  scripts: "Textos",
  shadow: "Sombra",
  settings: "Ajustes",
  minutes: "Minutos",
  measures: "Medidas",
  theme: "Apariencia",
  language: "Idioma",
  help: "Ayuda del teclado",
  skip: "Ir a la lista",
};

export const theme: Words["theme"] = {
  system: "Como el sistema",
  dark: "Oscuro",
  light: "Claro",
  contrast: "Alto contraste",
};

export const language: Words["language"] = { en: "English", es: "Español" };

export const role: Words["role"] = {
  nurse: "Enfermería",
  clinician: "Clínico",
  administrator: "Administración",
  auditor: "Auditoría",
};

export const severity: Words["severity"] = { critical: "Crítico", abnormal: "Anormal", info: "Aviso" };

export const vital: Words["vital"] = {
  bp: "Presión arterial",
  glucose: "Glucosa",
  weight: "Peso",
  spo2: "Oxígeno",
  heart_rate: "Pulso",
  none: "Tarea",
};

export const status: Words["status"] = {
  owed: "por salir",
  sending: "enviando",
  sent: "enviado",
  delivered: "entregado",
  failed: "falló",
  undelivered: "no entregado",
  withheld: "no enviado",
  held: "retenido",
  would_send: "se habría enviado",
  queued: "en cola",
  proven: "comprobado",
  acknowledged: "atendido",
  resolved: "resuelto",
  done: "comprobado",
  blocked: "bloqueado",
  unknown: "en averiguación",
  triggered: "activo",
  received: "recibido",
  active: "activo",
  paused: "en pausa",
  admitted: "hospitalizado",
  ended: "atención terminada",
  deceased: "fallecido",
};

export const purpose: Words["purpose"] = {
  symptom_check: "pregunta de síntomas",
  clarify: "texto aclaratorio",
  reply: "respuesta",
  nurse: "de enfermería",
  help: "texto de ayuda",
  check_in: "seguimiento",
  script_test: "prueba de un texto",
  backup: "texto de apoyo",
  reviewed: "Lectura marcada como revisada",
  note: "Nota clínica",
  flowsheet: "Minutos en la hoja",
  booked: "reserva",
  rescheduled: "nueva hora",
  modified: "cambio",
  confirmed: "confirmación",
  canceled: "cancelación",
  noshowed: "ausencia",
  reminder_1: "primer recordatorio",
  reminder_2: "segundo recordatorio",
  opt_out: "Nota de no aceptar textos",
  reading: "Lectura",
};

export const state: Words["state"] = {
  open: "abierto",
  held: "retenido por horas de silencio",
  answered_no: "contestó: sin síntomas",
  paged: "clínico avisado",
  acknowledged: "atendido",
  back_to_normal: "de nuevo normal",
  shelved: "apartado",
  nurse_review: "revisión de enfermería",
  closed: "cerrado",
  charted: "en el expediente",
  task: "tarea",
};

export const disposition: Words["disposition"] = {
  acted: "Se actuó",
  watched: "Observado",
  false_alarm: "Falsa alarma",
  wrong_limit: "Límite inadecuado",
  device: "Aparato",
  acted_words: "se hizo algo por el paciente",
  watched_words: "real, no hacía falta nada",
  false_alarm_words: "la lectura no era verdadera",
  wrong_limit_words: "el límite no sirve para este paciente",
  device_words: "el aparato necesita atención",
};

export const chart: Words["chart"] = {
  label: "Tendencia de {{vital}}, {{count}} lecturas. Use las flechas para leerlas.",
  empty: "Aún no hay lecturas que dibujar.",
  within: "dentro de los límites",
  beyond: "fuera del límite",
  hollow: "tardía o retirada",
  text: "Texto",
  reply: "Respuesta",
  page: "Aviso",
  note: "Nota",
};

export const error: Words["error"] = {
  unreachable_title: "El motor de la consola no responde",
  unreachable_what: "La pantalla no pudo comunicarse con el motor en esta computadora.",
  unreachable_do: "La pantalla sigue intentando. Si dura, inicie Careloop otra vez; nada guardado se pierde.",
  retry: "Intentar de nuevo",
  broken_title: "Esta pantalla dejó de funcionar",
  broken_words: "El motor sigue: las alarmas, los textos y los avisos no se ven afectados.",
  reload: "Recargar la pantalla",
};

export const time: Words["time"] = { now: "ahora", ago: "hace {{age}}" };
