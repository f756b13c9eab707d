using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

/// <summary>Small programs around one parker.</summary>
internal static class ParkScenarios
{
    /// <summary>Whoever unparks has left a message before; the owner parks and reads it, as a machine reads its processor.</summary>
    public static void Message(Simulation simulation)
    {
        var parker = new ModelParker(simulation);
        var messages = new WorkItem[2];
        simulation.Memory.Register(Region.Create(Internals.Messages, messages, ref messages[0], messages.Length));
        bool hasReadAll = false;
        simulation.AddThread("owner", () =>
        {
            for (int index = 0; index < messages.Length; index++)
            {
                parker.Park();
                Assert.IsNotNull(ModelSync.ReadSlot(ref messages[index]).Work, "The message of the waker is visible after the park.");
                ModelSync.WriteSlot(ref messages[index], new WorkItem("answer", null));
            }

            hasReadAll = true;
        });
        simulation.AddThread("waker", () =>
        {
            ModelSync.WriteSlot(ref messages[0], new WorkItem("first", null));
            ModelSync.WriteSlot(ref messages[1], new WorkItem("second", null));
            parker.Unpark();
        });
        simulation.AddThread("second waker", () =>
        {
            simulation.WaitUntil(ModelThread.Current!, () => messages[0].Work is "answer");
            parker.Unpark();
        });
        simulation.AddCheck(() => Assert.IsTrue(hasReadAll, "The owner sleeps although it was notified."));
    }

    /// <summary>Two leave a message each and unpark; the owner parks whenever one is missing, until it has seen both.</summary>
    public static void Mailbox(Simulation simulation)
    {
        var parker = new ModelParker(simulation);
        var messages = new WorkItem[2];
        simulation.Memory.Register(Region.Create(Internals.Messages, messages, ref messages[0], messages.Length));
        bool hasReadAll = false;
        simulation.AddThread("owner", () =>
        {
            while (ModelSync.ReadSlot(ref messages[0]).Work is null || ModelSync.ReadSlot(ref messages[1]).Work is null)
            {
                parker.Park();
            }

            hasReadAll = true;
        });
        for (int number = 0; number < messages.Length; number++)
        {
            int index = number;
            simulation.AddThread($"waker{number}", () =>
            {
                ModelSync.WriteSlot(ref messages[index], new WorkItem("message", null));
                parker.Unpark();
            });
        }

        simulation.AddCheck(() => Assert.IsTrue(hasReadAll, "The owner sleeps although a message waits."));
    }

    /// <summary>The owner's time may run out just when it is notified: the notification ends this park or the next.</summary>
    public static void Timeout(Simulation simulation)
    {
        var parker = new ModelParker(simulation);
        int notifiedCount = 0;
        bool hasEnded = false;
        simulation.AddThread("owner", () =>
        {
            notifiedCount += parker.Park(timeoutNs: 1) ? 1 : 0;
            notifiedCount += parker.Park(timeoutNs: 1) ? 1 : 0;
            if (notifiedCount == 0)
            {
                parker.Park();
                notifiedCount++;
            }

            hasEnded = true;
        });
        simulation.AddThread("waker", parker.Unpark);
        simulation.AddCheck(() =>
        {
            Assert.IsTrue(hasEnded, "The owner sleeps although it was notified.");
            Assert.AreEqual(1, notifiedCount, "One notification ends one park.");
        });
    }

    /// <summary>Two notify at the same time, the owner parks once for sure and once more with a timeout.</summary>
    public static void TwoWakers(Simulation simulation)
    {
        var parker = new ModelParker(simulation);
        bool hasEnded = false;
        simulation.AddThread("owner", () =>
        {
            parker.Park();
            parker.Park(timeoutNs: 1);
            hasEnded = true;
        });
        simulation.AddThread("waker", parker.Unpark);
        simulation.AddThread("second waker", parker.Unpark);
        simulation.AddCheck(() => Assert.IsTrue(hasEnded, "The owner sleeps although it was notified."));
    }
}
