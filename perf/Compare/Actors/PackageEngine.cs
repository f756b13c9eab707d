using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Actors;

/// <summary>The actors of this repository.</summary>
internal sealed class PackageEngine(GoScheduler scheduler) : IActorEngine
{
    private readonly ActorSystem _system = new(scheduler);

    public async Task<long> PlayAsync(int roundCount)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef<Ball> pong = _system.Spawn(static () => new Pong());
        IActorRef<Ball> ping = _system.Spawn(() => new Ping(pong, roundCount, done));
        long sum = await done.Task;
        await ping.StopAsync();
        await pong.StopAsync();
        return sum;
    }

    public async Task<long> GrowAsync(int leafCount)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef<long> root = _system.Spawn(() => new Root(leafCount, done));
        long sum = await done.Task;
        await root.StopAsync();
        return sum;
    }

    public Task SpawnIdleAsync(object[] actors)
    {
        Completions.Expect(actors.Length);
        for (int i = 0; i < actors.Length; i++)
        {
            actors[i] = _system.Spawn(static () => new IdleActor());
        }

        Completions.Wait();
        return Task.CompletedTask;
    }

    public Task TellEachAsync(object[] actors)
    {
        Completions.Expect(actors.Length);
        foreach (object actor in actors)
        {
            ((IActorRef<int>)actor).TryTell(1);
        }

        Completions.Wait();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    private readonly record struct Ball(int Number, IActorRef<Ball> Sender);

    private sealed class Pong : Actor<Ball>
    {
        protected override ValueTask ReceiveAsync(Ball message, CancellationToken cancellationToken)
        {
            message.Sender.TryTell(new Ball(message.Number, Self));
            return default;
        }
    }

    private sealed class Ping(IActorRef<Ball> pong, int roundCount, TaskCompletionSource<long> done) : Actor<Ball>
    {
        private long _sum;

        protected override ValueTask OnStartingAsync()
        {
            pong.TryTell(new Ball(0, Self));
            return default;
        }

        protected override ValueTask ReceiveAsync(Ball message, CancellationToken cancellationToken)
        {
            _sum += message.Number;
            int next = message.Number + 1;
            if (next < roundCount)
            {
                message.Sender.TryTell(new Ball(next, Self));
            }
            else
            {
                done.SetResult(_sum);
            }

            return default;
        }
    }

    private sealed class Root(int leafCount, TaskCompletionSource<long> done) : Actor<long>
    {
        protected override ValueTask OnStartingAsync()
        {
            IActorRef<long> self = Self;
            Context.Spawn(() => new Node(self, 0, leafCount));
            return default;
        }

        protected override ValueTask ReceiveAsync(long message, CancellationToken cancellationToken)
        {
            done.SetResult(message);
            return default;
        }
    }

    private sealed class Node(IActorRef<long> parent, long number, int leafCount) : Actor<long>
    {
        private const int ChildCount = 10;

        private long _sum;
        private int _childCount;

        protected override ValueTask OnStartingAsync()
        {
            if (leafCount == 1)
            {
                parent.TryTell(number);
                Context.StopSelf();
                return default;
            }

            IActorRef<long> self = Self;
            int leavesPerChild = leafCount / ChildCount;
            for (; _childCount < ChildCount; _childCount++)
            {
                long first = number + ((long)_childCount * leavesPerChild);
                Context.Spawn(() => new Node(self, first, leavesPerChild));
            }

            return default;
        }

        protected override ValueTask ReceiveAsync(long message, CancellationToken cancellationToken)
        {
            _sum += message;
            if (--_childCount == 0)
            {
                parent.TryTell(_sum);
                Context.StopSelf();
            }

            return default;
        }
    }

    private sealed class IdleActor : Actor<int>
    {
        protected override ValueTask OnStartingAsync()
        {
            Completions.Hit();
            return default;
        }

        protected override ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
        {
            Completions.Hit();
            return default;
        }
    }
}
