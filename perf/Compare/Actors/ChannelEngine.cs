using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Actors;

/// <summary>Actors without a library: each is a bounded channel of the BCL and a loop that reads it.</summary>
internal sealed class ChannelEngine<TSide> : IActorEngine
    where TSide : struct, ISide
{
    // The default of Goroutines.Actors.
    private const int MailboxCapacity = 1_024;
    private const int ChildCount = 10;

    public async Task<long> PlayAsync(int roundCount)
    {
        Channel<int> there = CreateMailbox<int>();
        Channel<int> back = CreateMailbox<int>();
        Task<long> pong = TSide.Run(() => AnswerAsync(there.Reader, back.Writer, roundCount));
        Task<long> ping = TSide.Run(() => AskAsync(back.Reader, there.Writer, roundCount));
        await pong;
        return await ping;
    }

    public async Task<long> GrowAsync(int leafCount)
    {
        Channel<long> root = CreateMailbox<long>();
        TSide.Post(() => NodeAsync(root.Writer, 0, leafCount));
        return await root.Reader.ReadAsync();
    }

    public Task SpawnIdleAsync(object[] actors)
    {
        Completions.Expect(actors.Length);
        for (int i = 0; i < actors.Length; i++)
        {
            Channel<int> mailbox = CreateMailbox<int>();
            actors[i] = mailbox;
            TSide.Post(() => IdleAsync(mailbox.Reader));
        }

        Completions.Wait();
        return Task.CompletedTask;
    }

    public Task TellEachAsync(object[] actors)
    {
        Completions.Expect(actors.Length);
        foreach (object actor in actors)
        {
            ((Channel<int>)actor).Writer.TryWrite(1);
        }

        Completions.Wait();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => default;

    private static Channel<T> CreateMailbox<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(MailboxCapacity) { SingleReader = true });

    private static async Task<long> AskAsync(ChannelReader<int> mailbox, ChannelWriter<int> other, int roundCount)
    {
        long sum = 0;
        for (int round = 0; round < roundCount; round++)
        {
            await other.WriteAsync(round);
            sum += await mailbox.ReadAsync();
        }

        return sum;
    }

    private static async Task<long> AnswerAsync(ChannelReader<int> mailbox, ChannelWriter<int> other, int roundCount)
    {
        long sum = 0;
        for (int round = 0; round < roundCount; round++)
        {
            int message = await mailbox.ReadAsync();
            sum += message;
            await other.WriteAsync(message);
        }

        return sum;
    }

    private static async Task NodeAsync(ChannelWriter<long> parent, long number, int leafCount)
    {
        // Every actor has a mailbox, leaves too: nobody knows before that they are told nothing.
        Channel<long> mailbox = CreateMailbox<long>();
        if (leafCount == 1)
        {
            await parent.WriteAsync(number);
            return;
        }

        int leavesPerChild = leafCount / ChildCount;
        for (int i = 0; i < ChildCount; i++)
        {
            Plant(mailbox.Writer, number + ((long)i * leavesPerChild), leavesPerChild);
        }

        long sum = 0;
        for (int i = 0; i < ChildCount; i++)
        {
            sum += await mailbox.Reader.ReadAsync();
        }

        await parent.WriteAsync(sum);
    }

    // Apart, so that what the closure captures does not become part of the node's state machine.
    private static void Plant(ChannelWriter<long> parent, long number, int leafCount) =>
        TSide.Post(() => NodeAsync(parent, number, leafCount));

    private static async Task IdleAsync(ChannelReader<int> mailbox)
    {
        Completions.Hit();
        await foreach (int _ in mailbox.ReadAllAsync())
        {
            Completions.Hit();
        }
    }
}
