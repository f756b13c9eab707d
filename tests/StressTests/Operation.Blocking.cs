using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.StressTests;

/// <content>Ways to block in the middle of a goroutine, which then must go on where and as what it was.</content>
internal sealed partial class Operation
{
    private void BlockingBody()
    {
        GoroutineBody(Scheduler);

        // What a disposed scheduler hands to the ThreadPool would starve it.
        for (int count = !_program.ChecksPlace ? 0 : 1 + _dice.Roll(3); count > 0; count--)
        {
            Block();
            CheckPlace(Scheduler.SynchronizationContext, Scheduler);
            CheckFlow(_id);
        }

        Work();
    }

    private void Block()
    {
        switch (_dice.Roll(7))
        {
            case 0:
                Thread.Sleep(_dice.OneIn(10) ? 2 : 0);
                break;
            case 1:
                lock (_target.Gate)
                {
                    // Mostly short, now and then so that others pile up behind it, and the processor is taken from its holder.
                    Thread.SpinWait(_dice.Roll(500));
                    Thread.Sleep(_dice.OneIn(50) ? 1 : 0);
                }

                break;
            case 2:
                Scheduler.Run(async () => await Task.Yield()).Wait();
                break;
            case 3:
                Go.Blocking(() => Thread.SpinWait(_dice.Roll(1_000)));
                break;
            case 4:
                using (var gate = new SemaphoreSlim(0))
                {
                    Scheduler.Post(static gate => gate.Release(), gate);
                    gate.Wait();
                }

                break;
            case 5:
                for (int part = _dice.OneIn(100) ? 1_000 : 10; part > 0; part--)
                {
                    Thread.SpinWait(200);
                    Go.Checkpoint();
                }

                break;
            default:
                lock (_target.Gate)
                {
                    Monitor.Wait(_target.Gate, millisecondsTimeout: 1);
                    Monitor.Pulse(_target.Gate);
                }

                break;
        }
    }
}
