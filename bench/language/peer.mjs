// llama.cpp as node-llama-cpp ships it: reads "PREFILL DECODE" lines and answers with the seconds that each took.
import {createInterface} from "node:readline";
import {getLlama} from "node-llama-cpp";

const [modelPath, threads, clock] = process.argv.slice(2);
// Wall time, or the processor time of all threads divided by their number.
const now = () => clock === "processor" ? (({user, system}) => (user + system) / 1e6 / Number(threads))(process.cpuUsage()) : performance.now() / 1000;
const llama = await getLlama({gpu: false, build: "never", maxThreads: Number(threads), logLevel: "error"});
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const context = await model.createContext({contextSize: 1024, batchSize: 512, threads: Number(threads)});
const sequence = context.getSequence();

async function run(prefill, decode) {
    await sequence.clearHistory();
    const tokens = Array.from({length: prefill}, (_, i) => 1000 + i * 7 % 5000);
    let start = now();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    const read = now() - start;
    start = now();
    let count = 0;
    for await (const _ of sequence.evaluate([1000], {temperature: 0, yieldEogToken: true})) {
        if (++count === decode)
            break;
    }
    return [read, now() - start];
}

await run(16, 4);
console.log("ready");
for await (const line of createInterface({input: process.stdin}))
    console.log((await run(...line.split(" ").map(Number))).join(" "));

process.exit(0);
