-- What a cluster keeps in PostgreSQL. Orleans' ADO.NET providers read the queries that they run from the table OrleansQuery, and
-- give them the parameters that stand here after @. Other names are ours, except for the columns that a query returns. Each query
-- is one statement, so that it happens whole or not at all.

CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

-- The list of servers. Whoever changes it says which version it has seen; of two at the same time one is refused.
CREATE TABLE IF NOT EXISTS Cluster (Name text PRIMARY KEY, Version integer NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS Member
(
    ClusterName text NOT NULL REFERENCES Cluster ON DELETE CASCADE,
    Address text NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (ClusterName, Address, Port, Generation)
);

-- What grains keep: pictures, conversations, the secret. Version counts the writes; what was cleared has no payload.
CREATE TABLE IF NOT EXISTS State
(
    ClusterName text NOT NULL,
    Kind text NOT NULL,
    Number0 bigint NOT NULL,
    Number1 bigint NOT NULL,
    Name text NOT NULL,
    Payload bytea,
    Version integer NOT NULL,
    PRIMARY KEY (ClusterName, Kind, Number0, Number1, Name)
);
ALTER TABLE State ALTER COLUMN Payload SET STORAGE EXTERNAL; -- pictures are compressed already

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $$
    WITH added AS (INSERT INTO Cluster (Name) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) > 0 FROM added
$$),
('InsertMembershipKey', $$
    WITH seen AS
    (
        UPDATE Cluster SET Version = Version + 1
        WHERE Name = @DeploymentId AND Version = @Version AND NOT EXISTS
        (
            SELECT 1 FROM Member
            WHERE ClusterName = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        )
        RETURNING 1
    ),
    added AS
    (
        INSERT INTO Member
            (ClusterName, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT
            @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM seen
        RETURNING 1
    )
    SELECT count(*) > 0 FROM added
$$),
('UpdateMembershipKey', $$
    WITH seen AS
    (
        UPDATE Cluster SET Version = Version + 1
        WHERE Name = @DeploymentId AND Version = @Version AND EXISTS
        (
            SELECT 1 FROM Member
            WHERE ClusterName = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        )
        RETURNING 1
    ),
    changed AS
    (
        UPDATE Member SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM seen
        WHERE ClusterName = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1
    )
    SELECT count(*) > 0 FROM changed
$$),
('UpdateIAmAlivetimeKey', $$
    UPDATE Member SET IAmAliveTime = @IAmAliveTime
    WHERE ClusterName = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$$),
('MembershipReadRowKey', $$
    SELECT Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM Cluster LEFT JOIN Member ON ClusterName = Name AND Address = @Address AND Port = @Port AND Generation = @Generation
    WHERE Name = @DeploymentId
$$),
('MembershipReadAllKey', $$
    SELECT Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM Cluster LEFT JOIN Member ON ClusterName = Name
    WHERE Name = @DeploymentId
$$),
('GatewaysQueryKey', $$
    SELECT Address, ProxyPort, Generation FROM Member
    WHERE ClusterName = @DeploymentId AND Status = @Status AND ProxyPort > 0
$$),
('DeleteMembershipTableEntriesKey', $$
    DELETE FROM Cluster WHERE Name = @DeploymentId
$$),
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM Member WHERE ClusterName = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = 6 -- dead
$$),
('ReadFromStorageKey', $$
    SELECT Payload AS PayloadBinary, Version FROM State
    WHERE ClusterName = @ServiceId AND Kind = @GrainTypeString AND Number0 = @GrainIdN0 AND Number1 = @GrainIdN1
        AND Name = coalesce(@GrainIdExtensionString, '')
$$),
('WriteToStorageKey', $$
    WITH changed AS
    (
        UPDATE State SET Payload = @PayloadBinary, Version = Version + 1
        WHERE ClusterName = @ServiceId AND Kind = @GrainTypeString AND Number0 = @GrainIdN0 AND Number1 = @GrainIdN1
            AND Name = coalesce(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
        RETURNING Version
    ),
    added AS
    (
        INSERT INTO State (ClusterName, Kind, Number0, Number1, Name, Payload, Version)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), @PayloadBinary, 1
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version
    )
    SELECT coalesce((SELECT Version FROM changed), (SELECT Version FROM added)) AS NewGrainStateVersion
$$),
('ClearStorageKey', $$
    UPDATE State SET Payload = NULL, Version = Version + 1
    WHERE ClusterName = @ServiceId AND Kind = @GrainTypeString AND Number0 = @GrainIdN0 AND Number1 = @GrainIdN1
        AND Name = coalesce(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
    RETURNING Version
$$),
('OmgLlavaSchema', '1') -- not a query, but what this is
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
