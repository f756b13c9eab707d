using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// A hundred producers write into one bounded channel, capacity 128: the BCL's, or the side's own. One reader empties it.
/// </summary>
internal sealed class FanIn(bool isOwnWay) : Workload
{
    private const int ProducerCount = 100;
    private const int Capacity = 128;

    public override string Name => "FanIn";

    public override string Variant => isOwnWay ? "Chan" : "";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/message", new RatioGoal(isOwnWay ? 3 : 1.8))];

    public override string DescribeSize(Scale scale) =>
        scale == Scale.Quick ? "100 producers × 4,000" : "100 producers × 20,000";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int messageCount = scale == Scale.Quick ? 4_000 : 20_000;
        return
        [
            Sampler.NanosecondsEach(
                scale,
                (long)ProducerCount * messageCount,
                () => Transfer<TSide>(messageCount / 10),
                () => Transfer<TSide>(messageCount)),
        ];
    }

    private void Transfer<TSide>(int messageCount)
        where TSide : struct, ISide
    {
        Channel<int> channel = CreateChannel<TSide, int>(isOwnWay, Capacity);
        Task<long> consumer = TSide.Run(() => Consume(channel.Reader, ProducerCount * messageCount));
        var producers = new Task[ProducerCount];
        for (int i = 0; i < producers.Length; i++)
        {
            producers[i] = TSide.Run(() => Produce(channel.Writer, messageCount));
        }

        Task.WhenAll(producers).GetAwaiter().GetResult();
        long expected = (long)ProducerCount * messageCount * (messageCount - 1) / 2;
        Check(expected, consumer.GetAwaiter().GetResult(), "The sum of the messages");
    }

    private static async Task Produce(ChannelWriter<int> writer, int messageCount)
    {
        for (int i = 0; i < messageCount; i++)
        {
            await writer.WriteAsync(i);
        }
    }

    private static async Task<long> Consume(ChannelReader<int> reader, int messageCount)
    {
        long sum = 0;
        for (int i = 0; i < messageCount; i++)
        {
            sum += await reader.ReadAsync();
        }

        return sum;
    }
}
