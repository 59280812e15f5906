package org.halftune.backend.cuda.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code src/main/cuda/compile} on made-up kernels, with scripts in the place of nvcc and ptxas. */
@EnabledOnOs(OS.LINUX)
class CompileScriptTest {
    private static final String RELEASE = """
            [ "$1" != --version ] || { echo "Cuda compilation tools, release 13.0, V13.0.88"; exit; }
            """;

    /** PTX that claims version 9.0 and is otherwise the source; {@code #error} is refused. */
    private static final String NVCC = "#!/bin/sh\n" + RELEASE + """
            while [ $# -gt 1 ]; do [ "$1" != -o ] || out=$2; shift; done
            echo "nvcc $1" >>"$CALLS"
            ! grep '#error' "$1" >&2 || exit 2
            { echo "// by nvcc"; echo ".version 9.0"; cat "$1"; } >"$out"
            """;

    /** Code that depends on the version if the source says so. A kernel is a line {@code kernel NAME BYTES-SPILLED}. */
    private static final String PTXAS = "#!/bin/sh\n" + RELEASE + """
            arch=${2#-arch=}
            echo "ptxas $arch" >>"$CALLS"
            { echo "$arch"; if grep -q '^depends' "$5"; then cat "$5"; else grep -v '^.version' "$5"; fi; } >"$4"
            sed -n 's/^kernel //p' "$5" | while read -r name spilled; do
                echo "ptxas info    : Compiling entry function '$name' for '$arch'"
                echo "    0 bytes stack frame, $spilled bytes spill stores, $spilled bytes spill loads"
                echo "ptxas info    : Used 32 registers, used 1 barriers, 128 bytes smem, 392 bytes cmem[0]"
            done
            """;

    /** All that the script may use besides the toolkit. */
    private static final String TOOLS =
            "sh awk basename cat cmp cp cut diff dirname find grep gzip head mkdir mktemp mv rm sed sha256sum sort wc";

    @TempDir
    Path folder;

    private Path cuda;
    private Path jar;
    private String output = "";

    @BeforeEach
    void kernels() throws IOException {
        cuda = Files.createDirectories(folder.resolve("cuda"));
        jar = folder.resolve("jar");
        Files.copy(Path.of("src/main/cuda/compile"), cuda.resolve("compile"));
        Files.writeString(cuda.resolve("cudev.cuh"), "");
        source("add", "kernel add 8");
        source("adamw", "kernel adamw_f32 0");
        for (var name : TOOLS.split(" ")) {
            var real = Path.of("/usr/bin", name);
            if (!Files.exists(real)) real = Path.of("/bin", name);
            tool("tools", name, "#!/bin/sh\nexec " + real + " \"$@\"\n");
        }
        tool("toolkit", "nvcc", NVCC);
        tool("toolkit", "ptxas", PTXAS);
    }

    private void source(String module, String text) throws IOException {
        Files.writeString(cuda.resolve(module + ".cu"), text + "\n");
    }

    private void tool(String place, String name, String script) throws IOException {
        var file = Files.createDirectories(folder.resolve(place)).resolve(name);
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private int run(boolean toolkit, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("/bin/sh", cuda.resolve("compile").toString()));
        command.addAll(List.of(arguments));
        Files.writeString(folder.resolve("calls"), "");
        var log = folder.resolve("log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", (toolkit ? folder.resolve("toolkit") + ":" : "") + folder.resolve("tools"));
        builder.environment().put("CALLS", folder.resolve("calls").toString());
        int code = builder.start().waitFor();
        output = Files.readString(log);
        return code;
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    /** The jar, as the program sees it. */
    private byte[] inJar(String path) {
        try {
            return Files.exists(jar.resolve(path)) ? Files.readAllBytes(jar.resolve(path)) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean jarHas(String folder, String file) {
        var digest = KernelSources.read(this::inJar).digest(file.substring(0, file.indexOf('.')));
        return new ImageFolder(this::inJar, folder).find(file, digest) != null;
    }

    @Test
    void committedPtxReachesTheJarWithoutAToolkit() throws Exception {
        assertThat(run(true)).as(output).isZero();
        assertThat(cuda.resolve("ptx")).isDirectoryContaining("glob:**/add.ptx.gz");
        assertThat(Files.readString(cuda.resolve("registers.tsv"))).isEqualTo("""
                module	kernel	arch	registers	spill_stores	spill_loads	stack	shared
                adamw	adamw_f32	sm_80	32	0	0	0	128
                adamw	adamw_f32	sm_90	32	0	0	0	128
                add	add	sm_80	32	8	8	0	128
                add	add	sm_90	32	8	8	0	128
                """);
        assertThat(run(true, "--check")).as(output).isZero();

        assertThat(run(false, "--into", jar.toString())).as(output).isZero();
        assertThat(jarHas("ptx", "add.ptx")).isTrue();
        assertThat(inJar("ptx/add.ptx")).asString().contains(".version 8.0").doesNotContain("// by nvcc");
        assertThat(jarHas("sm_90", "add.cubin")).isFalse();
        assertThat(calls()).isEmpty();
    }

    @Test
    void changedKernelIsCompiledByTheBuildOrByNvrtc() throws Exception {
        run(true);
        source("add", "kernel add 16");
        assertThat(run(true, "--check")).isNotZero();
        assertThat(output).contains("ptx/add.ptx is not made of the present sources");

        assertThat(run(false, "--into", jar.toString())).isZero();
        assertThat(output).contains("add.cu was changed since ptx/ was made, and there is no nvcc");
        assertThat(jarHas("ptx", "add.ptx")).isFalse();
        assertThat(jarHas("ptx", "adamw.ptx")).isTrue();

        assertThat(run(true, "--into", jar.toString())).as(output).isZero();
        assertThat(calls()).containsOnlyOnce("nvcc add.cu").doesNotContain("nvcc adamw.cu");
        assertThat(jarHas("ptx", "add.ptx")).isTrue();
        assertThat(jarHas("sm_80", "add.cubin")).isTrue();
        assertThat(jarHas("sm_90", "adamw.cubin")).isTrue();
    }

    @Test
    void secondBuildDoesNothingAndThirdOnlyWhatChanged() throws Exception {
        run(true);
        run(true, "--into", jar.toString());
        assertThat(calls()).hasSize(4).containsOnly("ptxas sm_80", "ptxas sm_90");
        run(true, "--into", jar.toString());
        assertThat(calls()).isEmpty();

        Thread.sleep(1100); // the clock of some file systems
        source("add", "kernel add 4");
        run(true, "--into", jar.toString());
        assertThat(calls()).containsExactly("nvcc add.cu", "ptxas sm_80", "ptxas sm_90");

        Thread.sleep(1100);
        Files.delete(cuda.resolve("add.cu"));
        run(true, "--into", jar.toString());
        assertThat(jar.resolve("sm_80")).isDirectoryNotContaining("glob:**/add.*");
        assertThat(jar.resolve("ptx")).isDirectoryNotContaining("glob:**/add.*");
        assertThat(KernelSources.read(this::inJar).modules()).containsExactly("adamw");
    }

    @Test
    void kernelThatDoesNotCompileFailsTheBuild() throws Exception {
        source("add", "#error");
        assertThat(run(true, "--into", jar.toString())).isNotZero();
        assertThat(output).contains("compile: nvcc refuses add.cu");
    }

    @Test
    void kernelsThatMustNotSpillFailTheCheck() throws Exception {
        source("adamw", "kernel adamw_f32 64");
        assertThat(run(true)).isNotZero();
        assertThat(output)
                .contains("adamw_f32 (adamw.cu) keeps registers in memory on sm_90: 64 bytes stored, 64 loaded")
                .contains("attention, AdamW and norms must not");
    }

    @Test
    void ptxThatNeedsItsVersionIsNotRelabelled() throws Exception {
        source("add", "depends");
        assertThat(run(true)).isNotZero();
        assertThat(output).contains("add.cu: .version 8.0 and nvcc's own give different code for sm_80");
    }
}
