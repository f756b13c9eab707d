using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using Goroutines.Build.Weaving;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;
using TypeAttributes = Mono.Cecil.TypeAttributes;

namespace Goroutines.BuildTests;

/// <summary>Goal: the files are right, whatever the code in them: deterministic, signed, woven once, refused with a reason.</summary>
[TestClass]
public sealed class FileTests
{
    private string _folder = string.Empty;

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("goroutines-files-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_Twice_SameBytes()
    {
        foreach (string name in Subjects.Names.Except(["FSharp.Core"]))
        {
            string again = Subjects.WeaveInto(Path.Combine(_folder, "again"), name);
            CollectionAssert.AreEqual(File.ReadAllBytes(Subjects.Woven(name)), File.ReadAllBytes(again), name);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_SeparateSymbols_SameBytesTwice()
    {
        string source = WriteWithSeparateSymbols();
        foreach (string folder in (string[])["first", "second"])
        {
            Directory.CreateDirectory(PathOf(folder));
            Subjects.Weave(source, PathOf(folder, "BuildSubjects.dll"));
        }

        foreach (string file in (string[])["BuildSubjects.dll", "BuildSubjects.pdb"])
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(PathOf("first", file)), File.ReadAllBytes(PathOf("second", file)), file);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_InPlace_ReplacesAndLeavesNothingElse()
    {
        string assembly = WriteWithSeparateSymbols();

        WeavingReport report = Subjects.Weave(assembly, assembly);

        Assert.IsTrue(report.IsWoven);
        Assert.IsGreaterThan(20, report.MethodCount);
        Assert.IsGreaterThan(20, report.CheckCount);
        Assert.IsGreaterThan(10, report.StripCount);
        string[] left = [.. Directory.GetFileSystemEntries(_folder).Select(entry => Path.GetFileName(entry)).Order()];
        CollectionAssert.AreEqual((string[])["BuildSubjects.dll", "BuildSubjects.pdb"], left);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_WovenAlready_LeavesTheFileAlone()
    {
        string assembly = Subjects.WeaveInto(_folder, Subjects.Own);
        byte[] before = File.ReadAllBytes(assembly);

        WeavingReport report = Subjects.Weave(assembly, assembly);

        Assert.IsFalse(report.IsWoven);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(assembly));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_AssemblyMarked_LeavesTheFileAlone()
    {
        string marked = PathOf("Marked.dll");
        using (ModuleDefinition module = IlText.Read(Subjects.Plain(Subjects.Own)))
        {
            module.Assembly.CustomAttributes.Add(new CustomAttribute(
                module.ImportReference(typeof(NoCheckpointsAttribute).GetConstructor([]))));
            module.Write(marked);
        }

        byte[] before = File.ReadAllBytes(marked);
        Assert.IsFalse(Subjects.Weave(marked, marked).IsWoven);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(marked));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_StrongNamed_KeepsItsIdentity()
    {
        AssemblyName before = AssemblyName.GetAssemblyName(Subjects.Plain("Newtonsoft.Json"));
        AssemblyName after = AssemblyName.GetAssemblyName(Subjects.Woven("Newtonsoft.Json"));

        Assert.IsNotEmpty(before.GetPublicKeyToken()!);
        Assert.AreEqual(before.FullName, after.FullName);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_WithKey_Signs()
    {
        string source = PathOf("Signed.dll");
        string keyFile = PathOf("key.snk");
        using var key = new RSACryptoServiceProvider(2_048);
        File.WriteAllBytes(keyFile, key.ExportCspBlob(includePrivateParameters: true));
        using (ModuleDefinition module = IlText.Read(Subjects.Plain(Subjects.Own)))
        {
            module.Assembly.Name.Name = "Signed";
            module.Write(source, new WriterParameters { StrongNameKeyBlob = File.ReadAllBytes(keyFile) });
        }

        AssemblyWeaver.Weave(new WeavingOptions
        {
            AssemblyPath = source,
            OutputPath = source,
            References = Subjects.References,
            KeyFile = keyFile,
        });

        using ModuleDefinition woven = ModuleDefinition.ReadModule(source);
        Assert.IsTrue(woven.Attributes.HasFlag(ModuleAttributes.StrongNameSigned));
        Assert.HasCount(8, woven.Assembly.Name.PublicKeyToken);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_NoReferenceToGoroutines_SaysSo()
    {
        WeavingException refused = Assert.ThrowsExactly<WeavingException>(() => AssemblyWeaver.Weave(new WeavingOptions
        {
            AssemblyPath = Subjects.Plain(Subjects.Own),
            OutputPath = PathOf("out.dll"),
            References = [typeof(object).Assembly.Location],
        }));

        Assert.AreEqual("GOCP001", refused.Code);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_NativeCode_SaysSo()
    {
        // The runtime's own library is compiled ahead of time.
        WeavingException refused = Assert.ThrowsExactly<WeavingException>(() =>
            Subjects.Weave(typeof(Enumerable).Assembly.Location, PathOf("out.dll")));

        Assert.AreEqual("GOCP002", refused.Code);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_NoAssembly_SaysSo()
    {
        string text = PathOf("text.dll");
        File.WriteAllText(text, new string('x', 10_000));

        Assert.AreEqual("GOCP002", Assert.ThrowsExactly<WeavingException>(() => Subjects.Weave(text, text)).Code);
        Assert.AreEqual(10_000, new FileInfo(text).Length);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Weave_SymbolsOfAnotherBuild_SaysSo()
    {
        string assembly = WriteWithSeparateSymbols();
        using (ModuleDefinition module = IlText.Read(assembly, hasSymbols: true))
        {
            module.Mvid = Guid.NewGuid();
            module.Types.Add(new TypeDefinition(string.Empty, "Other", TypeAttributes.NotPublic, module.TypeSystem.Object));
            Directory.CreateDirectory(PathOf("other"));
            module.Write(PathOf("other", "BuildSubjects.dll"), new WriterParameters { WriteSymbols = true });
        }

        File.Copy(PathOf("other", "BuildSubjects.pdb"), PathOf("BuildSubjects.pdb"), overwrite: true);

        Assert.AreEqual("GOCP002", Assert.ThrowsExactly<WeavingException>(() => Subjects.Weave(assembly, assembly)).Code);
    }

    private string PathOf(params string[] parts) => Path.Combine([_folder, .. parts]);

    private string WriteWithSeparateSymbols()
    {
        string path = PathOf("BuildSubjects.dll");
        using ModuleDefinition module = IlText.Read(Subjects.Plain(Subjects.Own), hasSymbols: true);
        module.Write(path, new WriterParameters
        {
            WriteSymbols = true,
            SymbolWriterProvider = new Mono.Cecil.Cil.PortablePdbWriterProvider(),
        });
        return path;
    }
}
