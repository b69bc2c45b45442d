using OmgLlava.Bench;

var options = new BenchOptions(args[1..]);
switch (args[0])
{
    case "kernels":
        KernelBench.Run(options);
        break;
    case "language":
        LanguageBench.Run(options);
        break;
    case "perception":
        PerceptionBench.Run(options);
        break;
    case "pipeline":
        PipelineBench.Run(options);
        break;
    case "conversion":
        ConversionBench.Run(options);
        break;
    case "features":
        FeatureProbe.Run(options);
        break;
    case "vision":
        VisionBench.Run(options);
        break;
    default:
        throw new ArgumentException(
            $"There is no benchmark '{args[0]}'; there are kernels, language, perception, pipeline, conversion, "
                + "features and vision."
        );
}
