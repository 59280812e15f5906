package world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that one seed makes, in memory. */
public record Library(
        World world, Exam exam, Corpus corpus, List<Task> tasks, List<PairTask> pairTasks, BytePairs tokenizer) {

    /** The seed of what is in the repository. */
    public static final long SEED = 2026;

    /** About 5.9 million tokens. */
    public static final int DOCUMENTS = 120_000;

    public static final int VOCABULARY = 2048;

    /** The folder of the model inside {@code models/}. */
    public static final String MODEL = "world-4m";

    /** Tokens, as max_position_embeddings in the model's config.json. */
    static final int LONGEST_TEXT = 512;

    /** Merges are counted on the first documents alone: later ones bring no new words. */
    private static final int TOKENIZER_DOCUMENTS = 20_000;

    public static Library of(long seed) {
        Names names = new Names(Dice.of(seed, "names"));
        World world = World.draw(World.Size.COUNTRY, names, Dice.of(seed, "country"));
        Exam exam = Exam.of(world);
        Corpus corpus = Corpus.write(world, exam, seed, DOCUMENTS);
        // Drawn after the country and from the same names, so that no name means two things.
        World island = World.draw(World.Size.ISLAND, names, Dice.of(seed, "island"));
        List<Task> tasks = Task.all(world, island, seed);
        List<PairTask> pairTasks = List.of(PairTask.island(island, Dice.of(seed, "island pairs")));
        BytePairs tokenizer = BytePairs.train(corpus.training().subList(0, TOKENIZER_DOCUMENTS), VOCABULARY);
        return new Library(world, exam, corpus, tasks, pairTasks, tokenizer);
    }

    /** Path below {@code models/} to content, of all that is kept in the repository. */
    public Map<String, String> keptFiles() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "heldout.jsonl",
                Output.lines(corpus.heldOut().stream().map(Row.Text::new).toList()));
        files.put(
                "knowledge.jsonl",
                Output.lines(exam.items().stream().map(Exam.Item::row).toList()));
        for (Task task : tasks) {
            files.put("tasks/" + task.name() + "/train.jsonl", Output.lines(task.train()));
            files.put("tasks/" + task.name() + "/test.jsonl", Output.lines(task.test()));
        }
        for (PairTask task : pairTasks) {
            files.put("tasks/" + task.name() + "/train.jsonl", Output.lines(task.train()));
            files.put("tasks/" + task.name() + "/test.jsonl", Output.lines(task.test()));
        }
        files.put(MODEL + "/tokenizer.json", TokenizerFiles.tokenizerJson(tokenizer));
        files.put(MODEL + "/tokenizer_config.json", TokenizerFiles.tokenizerConfigJson(LONGEST_TEXT));
        return files;
    }

    /** The corpus, which is too large to keep and quick to make again. */
    public Map<String, String> corpusFiles() {
        return Map.of(
                "corpus/train.jsonl",
                Output.lines(corpus.training().stream().map(Row.Text::new).toList()));
    }
}
