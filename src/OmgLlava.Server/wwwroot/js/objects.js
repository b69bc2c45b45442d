// What the picture holds, gathered from the state: groups of objects with a key, a label, a colour and a mask.
import { t } from './i18n.js';
import { toPath } from './masks.js';

/** What the server sent of a mask, with its outline. */
export const withPath = segment => ({ ...segment, path: segment.mask ? toPath(segment.mask) : null });

/** The key of what a mark means. */
export const promptKey = prompt => `prompt:${prompt.id}`;

/** How a mark is called: "point 2". */
export function promptName(prompt) {
  if (prompt.kind === 'object') return prompt.name;
  return `${t(prompt.label === 0 ? 'mark.negative' : `mark.${prompt.kind}`)} ${prompt.number}`.trimEnd();
}

const ofPrompt = (state, prompt) => ({ ...state.found[prompt.shape], key: promptKey(prompt), label: promptName(prompt), color: prompt.color });

const ofSegment = (prefix, label) => (segment, index) => ({ ...segment, key: `${prefix}:${index}`, label: label(segment, index) });

/** The groups of objects with masks, the newest first: { key, title, visible, objects }. */
export function groups(state) {
  const result = [];
  if (state.prompts.length) result.push({ key: 'marks', title: t('objects.marks'), visible: true, objects: state.prompts.map(prompt => ofPrompt(state, prompt)) });
  state.turns.forEach((turn, index) => result.push({
    key: turn.id, title: t('objects.turn', { n: index + 1 }), visible: state.groups[turn.id] === true,
    objects: [
      ...turn.prompts.map(prompt => ofPrompt(state, prompt)),
      ...turn.segments.map(ofSegment(turn.id, (segment, n) => segment.name || t('object', { n: n + 1 }))),
    ],
  }));
  result.reverse();
  if (state.everything) {
    result.push({
      key: 'everything', title: t('objects.everything'), visible: state.groups.everything === true,
      objects: state.everything.map(ofSegment('all', segment => segment.class)),
    });
  }
  return result.map(group => ({ ...group, objects: group.objects.filter(object => object.path) })).filter(group => group.objects.length);
}

/** The objects that are shown, the larger first, so that the smaller lie on top. */
export const visible = state => groups(state).filter(group => group.visible).flatMap(group => group.objects)
  .filter(object => !state.hidden[object.key] && object.score >= state.view.leastScore).sort((a, b) => b.area - a.area);

/** The object of a key, shown or not. */
export const find = (state, key) => groups(state).flatMap(group => group.objects).find(object => object.key === key);

/** Shows one group and the user's marks only. */
export const only = key => ({ [key]: true });
