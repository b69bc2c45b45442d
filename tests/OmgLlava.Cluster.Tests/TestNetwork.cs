using System.Diagnostics;

namespace OmgLlava.Cluster.Tests;

/// <summary>Hosts in network namespaces of Linux, on one bridge with the test and the store.</summary>
internal sealed class TestNetwork : IDisposable
{
    /// <summary>Where the store listens.</summary>
    public const string Store = "10.77.0.2";

    private const string Bridge = "omgbr0";
    private readonly int _hosts;

    /// <param name="hosts">How many hosts there are. The test is skipped where they cannot be made.</param>
    public TestNetwork(int hosts)
    {
        _hosts = hosts;
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Network namespaces need Linux and root.");
        Assert.SkipUnless(Run("ip netns list") == 0, "There is no 'ip netns' here.");
        Clean();
        Must($"ip link add {Bridge} type bridge");
        Must($"ip addr add 10.77.0.1/24 dev {Bridge}");
        Must($"ip addr add {Store}/24 dev {Bridge}");
        Must($"ip link set {Bridge} up");
        for (int i = 0; i < hosts; i++)
        {
            Must($"ip netns add {Name(i)}");
            Must($"ip link add veth-omg{i} type veth peer name eth0 netns {Name(i)}");
            Must($"ip link set veth-omg{i} master {Bridge} up");
            Must($"ip -n {Name(i)} addr add {Address(i)}/24 dev eth0");
            Must($"ip -n {Name(i)} link set eth0 up");
            Must($"ip -n {Name(i)} link set lo up");
        }
    }

    /// <summary>The address of a host.</summary>
    public static string Address(int host) => $"10.77.0.{11 + host}";

    /// <summary>What runs a program on a host.</summary>
    public string[] Prefix(int host) => host < _hosts
        ? ["ip", "netns", "exec", Name(host)]
        : throw new ArgumentOutOfRangeException(nameof(host));

    /// <summary>Cuts a host off from some addresses.</summary>
    public void Cut(int host, string[] from) =>
        Array.ForEach(from, address => Must($"ip -n {Name(host)} route add blackhole {address}/32"));

    /// <summary>Joins it again.</summary>
    public void Heal(int host) => Must($"ip -n {Name(host)} route flush type blackhole");

    public void Dispose() => Clean();

    private static string Name(int host) => $"omg-host{host}";

    private void Clean()
    {
        for (int i = 0; i < _hosts; i++)
        {
            Run($"ip link del veth-omg{i}");
            Run($"ip netns del {Name(i)}");
        }

        Run($"ip link del {Bridge}");
    }

    private static void Must(string command) => Assert.True(Run(command) == 0, $"'{command}' failed.");

    private static int Run(string command)
    {
        string[] words = command.Split(' ');
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
