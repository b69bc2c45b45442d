using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using OmgLlava.Cluster;

namespace OmgLlava.Cli;

/// <summary>Options that make a program one of several that work together.</summary>
internal static class ClusterSettings
{
    private static readonly Option<string?> Store = new("--cluster")
    {
        Description =
            "Work with others, which 'redis:HOST:PORT' or 'postgres://USER@HOST/DATABASE' keeps the list of, or 'localhost' to "
            + "try it out on this machine: servers share pictures and conversations, annotating programs share shards of one "
            + "folder.",
        HelpName = "STORE",
    };

    /// <summary>Whether this program can: Orleans makes code while it runs, which one that was compiled ahead cannot.</summary>
    [FeatureSwitchDefinition("OmgLlava.Cluster")]
    public static bool IsSupported => !AppContext.TryGetSwitch("OmgLlava.Cluster", out bool on) || on;

    /// <summary>Adds the options.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(Store);
        if (IsSupported)
        {
            Details.AddTo(command);
        }
    }

    /// <summary>Reads the options; null for a server of its own.</summary>
    /// <exception cref="UsageException">They cannot be read, or contradict each other.</exception>
    public static ClusterOptions? Read(ParseResult parsed)
    {
        string? store = parsed.GetValue(Store);
        if (IsSupported)
        {
            return Details.Read(parsed, store);
        }

        return store is null ? null : throw new UsageException(
            "--cluster is not in this form of the program; take the tool 'omg-llava', or its sources.");
    }

    /// <summary>What only a program that can needs, so that Orleans stays out of another.</summary>
    private static class Details
    {
        private static readonly Option<string> Name = new("--cluster-name")
        {
            Description = "Name of the cluster; servers of another name see nothing of it.",
            HelpName = "NAME",
            DefaultValueFactory = _ => new ClusterOptions().Name,
        };

        private static readonly Option<string> Address = new("--cluster-address")
        {
            Description = "Address, HOST:PORT, at which the other servers reach this one.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => $"{new ClusterOptions().Address}:{new ClusterOptions().Port}",
        };

        private static readonly Option<int> First = NumberOption.Whole(
            "--cluster-first", "Port of the first server, for 'localhost'.", 1, 65535, new ClusterOptions().FirstPort);

        private static readonly Option<double> Probe = NumberOption.Real(
            "--cluster-probe",
            "Seconds between the servers' questions to each other; one that twice does not answer is given up.", 0.1, 60,
            new ClusterOptions().Probe.TotalSeconds);

        private static readonly Option<double> MoveAfter = NumberOption.Real(
            "--cluster-move-after",
            "Seconds after which a picture that nobody has asked about may move to an emptier server, such as one that has "
            + "joined; 0 for never.", 0, 86400, new ClusterOptions().MoveAfter.TotalSeconds);

        private static readonly Option<string?> Certificate = new("--cluster-certificate")
        {
            Description = "PKCS #12 file that this server shows the others, whose connections are then encrypted; its password "
                + "is in OMG_CLUSTER_CERTIFICATE_PASSWORD.",
            HelpName = "FILE",
        };

        private static readonly Option<string?> Authority = new("--cluster-authority")
        {
            Description = "PEM file of the authority whose certificates the others must show.",
            HelpName = "FILE",
        };

        public static void AddTo(Command command)
        {
            foreach (Option option in (Option[])[Name, Address, First, Probe, MoveAfter, Certificate, Authority])
            {
                command.Options.Add(option);
            }
        }

        public static ClusterOptions? Read(ParseResult parsed, string? store)
        {
            if (store is null)
            {
                Option? stray = Array.Find<Option>(
                    [Name, Address, First, Probe, MoveAfter, Certificate, Authority],
                    option => parsed.GetResult(option) is { Implicit: false });
                return stray is null ? null : throw new UsageException($"{stray.Name} is of no use without --cluster.");
            }

            try
            {
                (IPAddress address, int port) = ReadAddress(parsed.GetValue(Address)!);
                ClusterOptions options = ClusterOptions.Parse(store) with
                {
                    Name = parsed.GetValue(Name)!,
                    Address = address,
                    Port = port,
                    FirstPort = parsed.GetValue(First),
                    Probe = TimeSpan.FromSeconds(parsed.GetValue(Probe)),
                    MoveAfter = TimeSpan.FromSeconds(parsed.GetValue(MoveAfter)),
                    Certificate = parsed.GetValue(Certificate),
                    Authority = parsed.GetValue(Authority),
                };
                options.Validate();
                return options;
            }
            catch (OmgLlavaException error)
            {
                throw new UsageException(error.Message);
            }
        }

        private static (IPAddress, int) ReadAddress(string text)
        {
            int colon = text.LastIndexOf(':');
            string host = colon > 0 ? text[..colon].Trim('[', ']') : "";
            if (host.Length == 0 || !ushort.TryParse(text[(colon + 1)..], out ushort port) || port == 0)
            {
                throw new UsageException($"--cluster-address takes HOST:PORT, such as 10.0.0.5:11111, not '{text}'.");
            }

            try
            {
                return (IPAddress.TryParse(host, out IPAddress? address) ? address : Dns.GetHostAddresses(host)[0], port);
            }
            catch (Exception error) when (
                error is System.Net.Sockets.SocketException or IndexOutOfRangeException or ArgumentException)
            {
                throw new UsageException($"--cluster-address: there is no host '{host}'.");
            }
        }
    }
}
