using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>Encrypted connections between servers, with certificates made up here.</summary>
[Collection("processes")]
public sealed class TlsTests : IDisposable
{
    private const string Password = "made up";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_certificates_of_the_authority_are_taken()
    {
        using X509Certificate2 ours = Authority("ours");
        using X509Certificate2 others = Authority("others");
        using X509Certificate2 server = Server(ours);
        using X509Certificate2 stranger = Server(others);
        Assert.True(ClusterTls.IsOfAuthority(server, ours));
        Assert.False(ClusterTls.IsOfAuthority(stranger, ours));
        Assert.False(ClusterTls.IsOfAuthority(null, ours));
        using X509Certificate2 late = Server(ours, DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(-1));
        Assert.False(ClusterTls.IsOfAuthority(late, ours));
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public async Task Servers_that_show_certificates_answer_for_each_other()
    {
        using X509Certificate2 authority = Authority("ours");
        using X509Certificate2 server = Server(authority);
        File.WriteAllText(_folder["authority.pem"], authority.ExportCertificatePem());
        File.WriteAllBytes(_folder["server.p12"], server.Export(X509ContentType.Pkcs12, Password));
        Environment.SetEnvironmentVariable("OMG_CLUSTER_CERTIFICATE_PASSWORD", Password);
        string[] tls = ["--cluster-certificate", _folder["server.p12"], "--cluster-authority", _folder["authority.pem"]];
        using ServerProcesses cluster = await ServerProcesses.StartAsync(2, tls);
        for (int number = 1; number <= 8; number++)
        {
            string picture = await ServerProcesses.UploadAsync(cluster[0], number);
            int holder = await cluster.HolderOfAsync(picture, 0);
            Assert.Equal(holder, await cluster.HolderOfAsync(picture, 1)); // one of the two asks the other
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
    }

    private static X509Certificate2 Server(X509Certificate2 authority, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=omg-llava", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("omg-llava");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset begins = from ?? DateTimeOffset.UtcNow.AddDays(-1);
        DateTimeOffset ends = to ?? DateTimeOffset.UtcNow.AddDays(1);
        using X509Certificate2 certificate = request.Create(authority, begins, ends, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
