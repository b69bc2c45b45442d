// llama.cpp as node-llama-cpp ships it: prints the scores that it gives after each token, as JSON.
import {getLlama} from "node-llama-cpp";

const [modelPath, tokens] = process.argv.slice(2);
const ids = JSON.parse(tokens);
const llama = await getLlama({gpu: false, build: "never", maxThreads: 2, logLevel: "error"});
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const context = await model.createContext({
    contextSize: 256, batchSize: 256, threads: 2, flashAttention: false,
    experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32"
});
const results = await context.getSequence().controlledEvaluate(ids.map(id => [id, {generateNext: {logits: true, options: {temperature: 1, topK: 0, topP: 1, minP: 0}}}]));
process.stdout.write(JSON.stringify(results.map(({next}) => {
    const scores = new Array(next.logits.size);
    for (const [token, score] of next.logits)
        scores[token] = score;
    return scores;
})) + "\n", () => process.exit(0));
