package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TokenStoreTest {
    @TempDir
    Path folder;

    @Test
    void examplesFromHeapAndFileAreEqual() {
        var examples = examples(5000, 9);
        var stores = List.of(Datasets.store(examples), written(examples, 100), written(examples, 20_000));
        for (var store : stores) {
            assertThat(store.size()).isEqualTo(5000);
            for (int i : new int[] {0, 1, 63, 64, 65, 4095, 4096, 4999}) {
                assertThat(store.get(i).inputIds()).isEqualTo(examples.get(i).inputIds());
                assertThat(store.get(i).labels()).isEqualTo(examples.get(i).labels());
                assertThat(store.length(i)).isEqualTo(examples.get(i).length());
            }
        }
    }

    @Test
    void fileIsUnlinkedWhileInUse() throws IOException {
        try (var writer = new TokenWriter(folder, 1000)) {
            examples(500, 1).forEach(writer::add);
            assertThat(writer.spilled()).isTrue();
            try (var files = Files.list(folder)) {
                assertThat(files).as("a killed run leaves nothing").isEmpty();
            }
        }
    }

    @Test
    void unwritableFolderIsAnError() {
        var error =
                catchThrowableOfType(InputError.class, () -> written(folder.resolve("none"), examples(500, 1), 1000));
        assertThat(error.where()).endsWith("none");
    }

    @Test
    void fileGoesToTheNearestExistingFolder() throws IOException {
        assertThat(TokenWriter.folderNear(folder.resolve("runs/out"))).isEqualTo(folder);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(TokenWriter.folderNear(file)).isEqualTo(folder);
    }

    @Test
    @Timeout(120)
    void dataLargerThanTheHeapIsLoaded() throws IOException, InterruptedException {
        var file = folder.resolve("large.jsonl");
        var random = new Random(1);
        try (var out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 12_000; i++) {
                var text = new StringBuilder();
                while (text.length() < 2000)
                    text.append(Long.toString(random.nextLong(), 36)).append(' ');
                out.write("{\"prompt\": \"Say:\", \"completion\": \"" + text + "\"}\n");
            }
        }
        var java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeData.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(java.getInputStream().readAllBytes());
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).as("200 MB of tokens in a heap of 24 MB").contains("12000 rows");
    }

    /** Runs in a process with a small heap. */
    static final class LargeData {
        private LargeData() {}

        public static void main(String[] arguments) {
            var encoder = new ExampleEncoder(
                    FakeTokenizer.PLAIN,
                    new PlainTemplate("</s>"),
                    EncodingOptions.ofLength(4096),
                    new ModelLimits(258, 4096));
            var data = Datasets.load(List.of(Path.of(arguments[0])), encoder, 2);
            var packed = data.packed(4096);
            long sum = 0;
            for (int i = 0; i < packed.size(); i++)
                sum += packed.row(i).getFirst().labelledCount();
            System.out.println(data.size() + " rows, " + data.bytes() + " bytes, " + sum);
        }
    }

    private TokenStore written(List<Example> examples, long bytesOnHeap) {
        return written(folder, examples, bytesOnHeap);
    }

    private static TokenStore written(Path folder, List<Example> examples, long bytesOnHeap) {
        try (var writer = new TokenWriter(folder, bytesOnHeap)) {
            examples.forEach(writer::add);
            return writer.finish();
        }
    }

    private static List<Example> examples(int count, long seed) {
        var random = new Random(seed);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(1 + random.nextInt(40), 0, 1000).toArray();
            int[] labels = ids.clone();
            if (random.nextBoolean()) labels[random.nextInt(labels.length)] = Example.IGNORED;
            examples.add(new Example(ids, labels));
        }
        return examples;
    }
}
