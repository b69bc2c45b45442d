using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OmgLlava.Cluster;

/// <summary>Encrypts what servers say to each other: each shows a certificate of the cluster's own authority.</summary>
internal static class ClusterTls
{
    public static void Add(ISiloBuilder silo, ClusterOptions options)
    {
        X509Certificate2 own = X509CertificateLoader.LoadPkcs12FromFile(options.Certificate!, Password);
        X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(options.Authority!);
        silo.UseTls(own, tls =>
        {
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.CheckCertificateRevocation = false; // the authority is the cluster's own and says nothing
            tls.OnAuthenticateAsClient = (_, authentication) =>
                authentication.TargetHost = own.GetNameInfo(X509NameType.DnsName, forIssuer: false);
            tls.RemoteCertificateValidation = (certificate, _, _) => IsOfAuthority(certificate, authority);
        });
    }

    /// <summary>Whether a certificate is valid and was given by the authority.</summary>
    internal static bool IsOfAuthority(X509Certificate2? certificate, X509Certificate2 authority)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    /// <summary>Password of the certificate's file: where others cannot see it.</summary>
    private static string? Password => Environment.GetEnvironmentVariable("OMG_CLUSTER_CERTIFICATE_PASSWORD");
}
