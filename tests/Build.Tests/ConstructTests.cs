using System;
using System.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.BuildTests;

/// <summary>
/// Goal: constructs that are legal and that C# does not write. Method: each in an assembly of its own, written in IL, run
/// before and after weaving, and looked at.
/// </summary>
[TestClass]
public sealed class ConstructTests
{
    [TestMethod]
    [Timeout(60_000)]
    public void Switch_JumpingBackwards_IsCheckedAtEachTarget() => Verify(body =>
    {
        // Counts down; the remainder by four says where it goes on.
        ILProcessor il = body.GetILProcessor();
        VariableDefinition sum = body.Variables[0];
        Instruction first = il.Create(OpCodes.Ldloc, sum);
        Instruction second = il.Create(OpCodes.Ldloc, sum);
        Instruction end = il.Create(OpCodes.Ldloc, sum);
        Append(il, first, il.Create(OpCodes.Ldc_I4, 3), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, sum));
        Append(il, second, il.Create(OpCodes.Ldc_I4, 5), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, sum));
        AppendCountDown(il, body, end);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Ldc_I4, 4),
            il.Create(OpCodes.Rem),
            il.Create(OpCodes.Switch, [first, second, first]),
            il.Create(OpCodes.Br, second));
        Append(il, end, il.Create(OpCodes.Ret));
    });

    [TestMethod]
    [Timeout(60_000)]
    public void BackEdge_ValueOnTheStack_IsKept() => Verify(body =>
    {
        // The sum stays on the evaluation stack all the time.
        ILProcessor il = body.GetILProcessor();
        Instruction top = il.Create(OpCodes.Ldarg, body.Method.Parameters[0]);
        Append(il, il.Create(OpCodes.Ldc_I4, 7), top, il.Create(OpCodes.Add));
        AppendDecrement(il, body);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Ldc_I4, 0),
            il.Create(OpCodes.Bgt, top),
            il.Create(OpCodes.Ret));
    });

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_TwoEntries_EveryJumpBackIsChecked() => Verify(body =>
    {
        ILProcessor il = body.GetILProcessor();
        VariableDefinition sum = body.Variables[0];
        Instruction left = il.Create(OpCodes.Ldloc, sum);
        Instruction right = il.Create(OpCodes.Ldloc, sum);
        Instruction end = il.Create(OpCodes.Ldloc, sum);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Ldc_I4, 1),
            il.Create(OpCodes.And),
            il.Create(OpCodes.Brtrue, right));
        Append(il, left, il.Create(OpCodes.Ldc_I4, 11), il.Create(OpCodes.Xor), il.Create(OpCodes.Stloc, sum));
        Append(il, right, il.Create(OpCodes.Ldc_I4, 2), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, sum));
        AppendCountDown(il, body, end);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Ldc_I4, 3),
            il.Create(OpCodes.Rem),
            il.Create(OpCodes.Brtrue, left),
            il.Create(OpCodes.Br, right));
        Append(il, end, il.Create(OpCodes.Ret));
    });

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_HeaderIsTheFirstInstruction_IsChecked() => Verify(body =>
    {
        ILProcessor il = body.GetILProcessor();
        Instruction top = il.Create(OpCodes.Ldloc, body.Variables[0]);
        Append(il, top, il.Create(OpCodes.Ldc_I4, 9), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, body.Variables[0]));
        AppendDecrement(il, body);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Brtrue, top),
            il.Create(OpCodes.Ldloc, body.Variables[0]),
            il.Create(OpCodes.Ret));
    });

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_OfOneBranchToItself_IsChecked()
    {
        // Runs for ever when the argument is not 0: it is looked at, and run with 0 only.
        using var made = new MadeAssembly(body =>
        {
            ILProcessor il = body.GetILProcessor();
            Instruction self = il.Create(OpCodes.Nop);
            self.OpCode = OpCodes.Br;
            self.Operand = self;
            Instruction end = il.Create(OpCodes.Ldc_I4, 42);
            Append(il, il.Create(OpCodes.Ldarg, body.Method.Parameters[0]), il.Create(OpCodes.Brfalse, end), self);
            Append(il, end, il.Create(OpCodes.Ret));
        });

        Assert.AreEqual(42, made.Woven(0));
        Look(made);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_InFilter_IsLeftAlone()
    {
        using var made = new MadeAssembly(WriteFilterLoop);

        Assert.AreEqual(made.Plain(20), made.Woven(20));
        MethodDefinition woven = made.ReadWoven();
        Assert.IsTrue(IlText.HasCheck(woven), "The loop around is woven.");
        Assert.IsFalse(woven.Body.Instructions.Any(each => IlText.ReadsRequests(each) && IlText.IsUninterrupted(woven, each)));
        Assert.IsEmpty(IlChecker.FindProblems(woven));
        woven.Module.Dispose();
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Branch_JustShort_BecomesLong() => Verify(body =>
    {
        // Several loops whose short jumps span nearly all they can: each check pushes another target out of reach.
        ILProcessor il = body.GetILProcessor();
        Instruction end = il.Create(OpCodes.Ldloc, body.Variables[0]);
        Instruction top = il.Create(OpCodes.Nop);
        il.Append(top);
        for (int i = 0; i < 8; i++)
        {
            Instruction inner = il.Create(OpCodes.Nop);
            il.Append(inner);
            for (int j = 0; j < 3; j++)
            {
                Append(il, il.Create(OpCodes.Ldloc, body.Variables[0]), il.Create(OpCodes.Ldc_I4, i + j));
                Append(il, il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, body.Variables[0]));
            }

            Append(
                il,
                il.Create(OpCodes.Ldloc, body.Variables[0]),
                il.Create(OpCodes.Ldc_I4, 3),
                il.Create(OpCodes.And),
                il.Create(OpCodes.Brtrue, inner));
        }

        AppendCountDown(il, body, end);
        Append(il, il.Create(OpCodes.Br, top), end, il.Create(OpCodes.Ret));
    });

    private static void Verify(Action<MethodBody> write)
    {
        using var made = new MadeAssembly(write);
        Func<int, int> plain = made.Plain;
        Func<int, int> woven = made.Woven;
        foreach (int count in (int[])[1, 2, 3, 10, 1_000, 100_000])
        {
            Assert.AreEqual(plain(count), woven(count), $"{count}");
        }

        Look(made);
    }

    private static void Look(MadeAssembly made)
    {
        MethodDefinition woven = made.ReadWoven();
        Assert.IsTrue(IlText.HasCheck(woven));
        Assert.IsEmpty(IlChecker.FindProblems(woven), string.Join('\n', IlChecker.FindProblems(woven)));
        Assert.IsNull(CycleChecker.FindUnchecked(woven));
        woven.Module.Dispose();
    }

    /// <summary>For each count down to 0: throws, and a filter adds up in a loop whether to catch; it always does.</summary>
    private static void WriteFilterLoop(MethodBody body)
    {
        ILProcessor il = body.GetILProcessor();
        VariableDefinition sum = body.Variables[0];
        VariableDefinition rounds = body.Variables[1];
        Instruction end = il.Create(OpCodes.Ldloc, sum);
        Instruction tryStart = il.Create(OpCodes.Ldnull);
        Instruction filterStart = il.Create(OpCodes.Pop);
        Instruction filterLoop = il.Create(OpCodes.Ldloc, sum);
        Instruction handlerStart = il.Create(OpCodes.Pop);
        Instruction next = il.Create(OpCodes.Nop);
        Append(il, tryStart, il.Create(OpCodes.Throw));
        Append(il, filterStart, il.Create(OpCodes.Ldc_I4, 5), il.Create(OpCodes.Stloc, rounds));
        Append(il, filterLoop, il.Create(OpCodes.Ldloc, rounds), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc, sum));
        Append(il, il.Create(OpCodes.Ldloc, rounds), il.Create(OpCodes.Ldc_I4, 1), il.Create(OpCodes.Sub));
        Append(il, il.Create(OpCodes.Stloc, rounds), il.Create(OpCodes.Ldloc, rounds), il.Create(OpCodes.Brtrue, filterLoop));
        Append(il, il.Create(OpCodes.Ldc_I4, 1), il.Create(OpCodes.Endfilter));
        Append(il, handlerStart, il.Create(OpCodes.Leave, next), next);
        AppendCountDown(il, body, end);
        Append(il, il.Create(OpCodes.Br, tryStart), end, il.Create(OpCodes.Ret));
        body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Filter)
        {
            TryStart = tryStart,
            TryEnd = filterStart,
            FilterStart = filterStart,
            HandlerStart = handlerStart,
            HandlerEnd = next,
        });
    }

    private static void AppendCountDown(ILProcessor il, MethodBody body, Instruction end)
    {
        AppendDecrement(il, body);
        Append(
            il,
            il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
            il.Create(OpCodes.Ldc_I4, 0),
            il.Create(OpCodes.Ble, end));
    }

    private static void AppendDecrement(ILProcessor il, MethodBody body) => Append(
        il,
        il.Create(OpCodes.Ldarg, body.Method.Parameters[0]),
        il.Create(OpCodes.Ldc_I4, 1),
        il.Create(OpCodes.Sub),
        il.Create(OpCodes.Starg, body.Method.Parameters[0]));

    private static void Append(ILProcessor il, params Instruction[] instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            il.Append(instruction);
        }
    }
}
