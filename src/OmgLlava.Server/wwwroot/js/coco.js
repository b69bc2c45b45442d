// COCO's form of labels: masks as compressed run lengths, sizes and boxes of the stored file.
import { components } from './labelled.js';

/** Pictures and classes as COCO JSON. */
export const write = ({ pictures, classes }, model) => ({
  info: { description: 'Masks made with OmgLlava', model },
  images: pictures.map(({ id, name, width, height }) => ({ id, file_name: name, width, height })),
  categories: classes.map(({ id, name, color }) => ({ id, name, color: components(color) })),
  annotations: unique(pictures.flatMap(picture => picture.objects.map(object => ({
    id: object.id, image_id: picture.id, category_id: object.class, iscrowd: 0, segmentation: object.mask, area: object.area,
    bbox: [object.box[0], object.box[1], object.box[2] - object.box[0], object.box[3] - object.box[1]],
    ...(typeof object.score === 'number' ? { score: object.score } : {}),
  })))),
});

// Masks that were never labelled have no number of their own; none may be given twice.
function unique(annotations) {
  const taken = new Set();
  let free = Math.max(0, ...annotations.map(({ id }) => id)) + 1;
  return annotations.map(one => {
    const id = taken.has(one.id) ? free++ : one.id;
    taken.add(id);
    return { ...one, id };
  });
}
