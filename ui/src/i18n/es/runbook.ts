// Spanish: Runbook, and the evidence of an episode.

import type { Words } from "../en";

export const runbook: Words["runbook"] = {
  title: "Recorrido",
  words:
    "Los últimos 50 incidentes: qué camino tomó cada uno en cada decisión, y con qué datos. Abrir uno queda en el registro.",
  list: "Incidentes, primero los más recientes",
  none: "Todavía no hay incidentes",
  none_words: "Cuando una lectura pasa un límite, aquí se puede seguir paso a paso lo que se decidió.",
  choose: "Elija un incidente",
  choose_words: "Sus pasos se repiten uno a uno, cada uno con los datos de ese momento.",
  shadow: "sombra",
  replay_of: "Repetición de {{case}}",
  to_worklist: "abrir la fila",
  no_steps: "El registro ya no guarda líneas de este incidente.",
  player: "Repetición",
  play: "Reproducir",
  pause: "Pausa",
  previous: "Paso anterior",
  next: "Paso siguiente",
  place: "Paso {{step}} de {{count}}",
  keys: "Las flechas avanzan y retroceden, Espacio reproduce y pausa, Inicio y Fin van a los extremos.",
  path: "Decisiones y la rama tomada en cada una",
  place_now: ", tomada en este paso",
  place_taken: ", tomada antes",
  place_later: ", tomada después",
  all: "Todos los pasos",
  data: "Lo que se sabía",
  local: "{{time}} para el paciente ({{zone}})",
  recorded: "Tal como se anotó: línea {{seq}} de la cadena",
};

export const evidence: Words["evidence"] = {
  write: "Archivo de evidencia",
  words: "Un archivo con todo lo que se supo, decidió, envió y vio, para imprimir o comprobar con la cadena.",
  written: "Escrito: {{path}}",
  replay: "Repetirlo en el recorrido",
};
