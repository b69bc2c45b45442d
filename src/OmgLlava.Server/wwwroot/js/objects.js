// What the picture holds, gathered from the state: groups of objects with a key, a label, a colour and a mask.
import { t } from './i18n.js';
import { toPath } from './masks.js';

/** What the server sent of a mask, with its outline. */
export const withPath = segment => ({ ...segment, path: segment.mask ? toPath(segment.mask) : null });

/** The key of what a mark means. */
export const promptKey = prompt => `prompt:${prompt.id}`;

/** The key of a labelled object. */
export const objectKey = object => `object:${object.id}`;

/** How a mask is called: "point 2". */
export function promptName(prompt) {
  if (prompt.kind === 'object') return prompt.name;
  return `${t(prompt.label === 0 ? 'mark.negative' : `mark.${prompt.kind}`)} ${prompt.number}`.trimEnd();
}

/** How an object is called: by its class, else as it was found. */
export const objectName = (object, classes) => classes.find(one => one.id === object.class)?.name ?? object.name ?? t('object', { n: object.id });

const ofPrompt = (state, prompt) => ({ ...state.found[prompt.shape], key: promptKey(prompt), label: promptName(prompt), color: prompt.color });

/** A labelled object as it is shown. */
export function ofObject(state, object) {
  const known = state.classes.find(one => one.id === object.class);
  return { ...object, key: objectKey(object), label: objectName(object, state.classes), color: state.view.byClass && known ? known.color : object.color };
}

const ofSegment = (prefix, label) => (segment, index) => ({ ...segment, key: `${prefix}:${index}`, label: label(segment, index) });

/** The groups of objects with masks, what is labelled first, then answers, the newest first: { key, title, visible, objects }. */
export function groups(state) {
  const result = [];
  const kept = new Set(state.objects.map(object => object.from)); // an answer's mask that was kept is shown as what it became
  const marks = state.prompts.filter(prompt => prompt.kind !== 'object');
  if (marks.length) result.push({ key: 'marks', title: t('objects.marks'), visible: true, objects: marks.map(prompt => ofPrompt(state, prompt)) });
  if (state.objects.length) {
    result.push({ key: 'objects', title: t('objects.labelled'), visible: state.groups.objects === true, objects: state.objects.map(object => ofObject(state, object)) });
  }
  const answers = state.turns.map((turn, index) => ({
    key: turn.id, title: t('objects.turn', { n: index + 1 }), visible: state.groups[turn.id] === true,
    objects: [
      ...turn.prompts.filter(prompt => prompt.kind !== 'object').map(prompt => ofPrompt(state, prompt)),
      ...turn.segments.map(ofSegment(turn.id, (segment, n) => segment.name || t('object', { n: n + 1 }))),
    ],
  }));
  return [...result, ...answers.reverse()].map(group => ({ ...group, objects: group.objects.filter(object => object.path && !kept.has(object.key)) }))
    .filter(group => group.objects.length);
}

/** The objects that are shown, the larger first, so that the smaller lie on top. */
export const visible = state => groups(state).filter(group => group.visible).flatMap(group => group.objects)
  .filter(object => !state.hidden[object.key] && (object.score ?? 1) >= state.view.leastScore).sort((a, b) => b.area - a.area);

/** The object of a key, shown or not. */
export const find = (state, key) => groups(state).flatMap(group => group.objects).find(object => object.key === resolve(state, key));

/** The key under which something is shown: an answer's mask that was kept goes by what it became. */
export function resolve(state, key) {
  const object = state.objects.find(one => one.from === key);
  return object ? objectKey(object) : key;
}

/** Shows one group and the user's marks only. */
export const only = key => ({ [key]: true });
