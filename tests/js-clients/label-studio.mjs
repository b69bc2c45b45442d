// The brush masks of Label Studio's protocol, read and written by the package that its editor uses for them.
import { decodeBinary, encodeBinary } from '@thi.ng/rle-pack';
import { base, check, picture } from './shared.js';

const label_config = '<View><Image name="img" value="$photo"/><BrushLabels name="tag" toName="img"><Label value="cat"/></BrushLabels>'
  + '<KeyPointLabels name="kp" toName="img" smart="true"><Label value="cat"/></KeyPointLabels></View>';
const point = {
  type: 'keypointlabels', from_name: 'kp', to_name: 'img', original_width: 150, original_height: 100, is_positive: 1,
  value: { x: 20, y: 20, width: 0.3, keypointlabels: ['cat'] },
};
const response = await fetch(`${base}/label-studio/predict`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ tasks: [{ id: 1, data: { photo: picture } }], label_config, params: { context: { result: [point] } } }),
});
check(response.ok, `status ${response.status}`);
const [region] = (await response.json()).results[0].result;
const packed = Uint8Array.from(region.value.rle);
const channels = decodeBinary(packed);
check(channels.length === 4 * region.original_width * region.original_height, 'four channels a pixel');
check(channels.every(value => value === 0 || value === 255) && channels.includes(255), 'a mask');
check(Buffer.from(decodeBinary(encodeBinary(channels, channels.length))).equals(Buffer.from(channels)), 'written and read again');
