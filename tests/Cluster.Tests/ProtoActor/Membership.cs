using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Proto.Cluster;

namespace Goroutines.ClusterTests;

/// <summary>Who is in a cluster, told in this process: the part that is a service such as Consul elsewhere.</summary>
internal sealed class Membership
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MemberList, Member> _members = [];

    public IClusterProvider CreateProvider() => new Provider(this);

    private void Join(Cluster cluster)
    {
        (string host, int port) = cluster.System.GetAddress();
        var member = new Member { Id = cluster.System.Id, Host = host, Port = port };
        member.Kinds.AddRange(cluster.GetClusterKinds());
        lock (_lock)
        {
            _members.Add(cluster.MemberList, member);
            TellAll();
        }
    }

    private void Leave(MemberList list)
    {
        lock (_lock)
        {
            if (_members.Remove(list))
            {
                TellAll();
            }
        }
    }

    private void TellAll()
    {
        foreach (MemberList list in _members.Keys)
        {
            list.UpdateClusterTopology(_members.Values.ToArray());
        }
    }

    private sealed class Provider(Membership membership) : IClusterProvider
    {
        private MemberList? _list;

        public Task StartMemberAsync(Cluster cluster)
        {
            _list = cluster.MemberList;
            membership.Join(cluster);
            return Task.CompletedTask;
        }

        public Task StartClientAsync(Cluster cluster) => Task.FromException(new System.NotSupportedException("No clients here."));

        public Task ShutdownAsync(bool graceful)
        {
            if (_list is not null)
            {
                membership.Leave(_list);
            }

            return Task.CompletedTask;
        }
    }
}
