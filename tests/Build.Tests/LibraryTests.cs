using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Goroutines.BuildTests;

/// <summary>
/// Goal: woven code does what it did before. Method: real assemblies (a JSON, a Markdown and a functional library, these tests'
/// own subjects) woven and not, the same work on both; and each method looked at: its shape, its checks, its compilation.
/// </summary>
[TestClass]
public sealed class LibraryTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Static | BindingFlags.Instance;

    private static readonly FolderContext s_plain = new(Subjects.PlainFolder);
    private static readonly FolderContext s_woven = new(Subjects.WovenFolder);

    public static IEnumerable<object[]> Assemblies => Subjects.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> Works =>
        Subjects.WorkOf(s_plain.LoadByName(Subjects.Own)).Select(work => new object[] { work.DeclaringType!.FullName!, work.Name });

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(Works))]
    public void Work_Woven_SameResult(string type, string method)
    {
        string plain = Run(s_plain, type, method);

        Assert.AreNotEqual(string.Empty, plain);
        Assert.AreEqual(plain, Run(s_woven, type, method));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(Assemblies))]
    public void Methods_Woven_KeepTheirShape(string name)
    {
        using ModuleDefinition plain = IlText.Read(Subjects.Plain(name));
        using ModuleDefinition woven = IlText.Read(Subjects.Woven(name));

        // What a compiler wrote may look wrong to the checker, too: no worse than before is what counts.
        HashSet<string> before =
        [
            .. IlText.MethodsOf(plain).Where(each => IlChecker.FindProblems(each).Count > 0).Select(each => each.FullName),
        ];
        string[] problems =
        [
            .. IlText.MethodsOf(woven).Where(each => !before.Contains(each.FullName)).SelectMany(IlChecker.FindProblems),
        ];

        Assert.IsEmpty(problems, string.Join('\n', problems.Take(10)));
        Assert.IsLessThan(10, before.Count, string.Join('\n', before));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(Assemblies))]
    public void Methods_Woven_NoCycleWithoutACheck(string name)
    {
        using ModuleDefinition plain = IlText.Read(Subjects.Plain(name));
        using ModuleDefinition woven = IlText.Read(Subjects.Woven(name));

        // The checker finds the loops of the original.
        Assert.IsGreaterThan(20, Candidates(plain).Count(each => CycleChecker.FindUnchecked(each) is not null));
        string[] found = [.. Candidates(woven).Select(each => (each, CycleChecker.FindUnchecked(each)))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => $"{pair.each.FullName}: {pair.Item2}")];
        Assert.IsEmpty(found, string.Join('\n', found.Take(10)));
    }

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Assemblies))]
    public void Methods_Woven_Compile(string name)
    {
        Assembly assembly = s_woven.LoadByName(name);
        int count = 0;
        foreach (Type type in assembly.GetTypes().Where(each => !each.ContainsGenericParameters))
        {
            IEnumerable<MethodBase> methods = type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared));
            foreach (MethodBase method in methods.Where(each => !each.ContainsGenericParameters && each.GetMethodBody() is not null))
            {
                if (method.GetMethodBody()!.GetILAsByteArray()!.Length > 60)
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                    count++;
                }
            }
        }

        Assert.IsGreaterThan(20, count);
    }

    private static IEnumerable<MethodDefinition> Candidates(ModuleDefinition module) =>
        IlText.MethodsOf(module).Where(each => !(each.IsStatic && each.IsConstructor) && !IsLeftAlone(each));

    private static bool IsLeftAlone(MethodDefinition method) =>
        method.DeclaringType.FullName.Contains("LeftAlone", StringComparison.Ordinal);

    private static string Run(FolderContext context, string type, string method) =>
        (string)context.LoadByName(Subjects.Own).GetType(type)!.GetMethod(method)!.Invoke(null, null)!;
}
