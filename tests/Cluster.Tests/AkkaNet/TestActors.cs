using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Goroutines.ClusterTests;

/// <summary>Answers each message with what a function makes of it, on the spot.</summary>
internal sealed class Answerer : ReceiveActor
{
    public Answerer(Func<object, object> answer) => ReceiveAny(message => Sender.Tell(answer(message)));

    public static Props Create(Func<object, object> answer) => Props.Create(() => new Answerer(answer));

    public static Props SayingWhere() => Create(_ => Place.Here());
}

/// <summary>Awaits in its handler, and answers with the first thing that was not as it should be, or with "fine".</summary>
/// <remarks>Plain fields: what two turns at a time would do to them is what is looked for.</remarks>
internal sealed class Awaiter : ReceiveActor
{
    private readonly GoScheduler _scheduler;
    private readonly Func<int, Task> _wait;
    private int _insideCount;
    private int _sum;

    public Awaiter(GoScheduler scheduler, Func<int, Task> wait)
    {
        _scheduler = scheduler;
        _wait = wait;
        ReceiveAsync<int>(HandleAsync);
    }

    private async Task HandleAsync(int number)
    {
        IActorRef self = Self;
        IActorRef sender = Sender;
        string verdict = _insideCount == 0 ? "fine" : "two turns at a time";
        _insideCount++;
        for (int i = 0; i < 3 && verdict == "fine"; i++)
        {
            int before = _sum;
            await _wait(number);
            verdict = FindFault(self, sender, before, i);
            _sum = before + 1;
        }

        _insideCount--;
        sender.Tell(verdict);
    }

    private string FindFault(IActorRef self, IActorRef sender, int before, int i)
    {
        try
        {
            return !ReferenceEquals(GoScheduler.Current, _scheduler) ? $"not on the scheduler after await {i}"
                : !Context.Self.Equals(self) || !Sender.Equals(sender) ? $"another context after await {i}"
                : before != _sum ? "somebody else was here meanwhile"
                : "fine";
        }
        catch (NotSupportedException exception)
        {
            return $"no context after await {i}: {exception.Message}";
        }
    }
}
