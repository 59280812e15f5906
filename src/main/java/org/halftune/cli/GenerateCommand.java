package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.halftune.generate.FinishReason;
import org.halftune.generate.GenerateListener;
import org.halftune.generate.GenerateOptions;
import org.halftune.generate.GenerateRun;
import org.halftune.generate.Generation;
import org.halftune.generate.Sampling;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** {@code halftune generate}: continues prompts, greedily or by sampling. */
final class GenerateCommand implements Command {
    private @Nullable Path model;
    private List<String> prompts = List.of();
    private @Nullable Path promptFile;
    private boolean chat;
    private int maxNewTokens = GenerateOptions.DEFAULT_MAX_NEW_TOKENS;
    private boolean doSample;
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private long seed = 42;
    private int batchSize = GenerateOptions.DEFAULT_BATCH_SIZE;
    private boolean plain;
    private final MachineFlags machine = new MachineFlags();
    private int threads;

    @Override
    public String name() {
        return "generate";
    }

    @Override
    public String summary() {
        return "continue a text with a model";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return """
                Prints a prompt and how the model goes on; with --chat the answer alone. Several prompts come one after another,
                each under its number. Examples:
                  halftune generate out --prompt "Once upon a time" --temperature 0.8 --seed 1
                  halftune generate out --prompt_file prompts.txt --max_new_tokens 40
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path("model_name_or_path", "FOLDER", v -> model = v, "a Llama in Hugging Face form"),
                        Flag.texts("prompt", "TEXT", v -> prompts = v, "what the model continues"),
                        Flag.path(
                                "prompt_file",
                                "FILE",
                                v -> promptFile = v,
                                "more of them: .txt with one a line, or rows with a prompt, JSON or JSONL"),
                        Flag.toggle("chat", v -> chat = v, "a prompt is a user's message in a conversation"),
                        Flag.integer("max_new_tokens", maxNewTokens, v -> maxNewTokens = v, "longest continuation")),
                FlagGroup.of(
                        "How tokens are chosen",
                        Flag.toggle(
                                "do_sample",
                                v -> doSample = v,
                                "draw them; otherwise the likeliest is taken. Implied by the next two"),
                        Flag.real(
                                "temperature",
                                null,
                                v -> temperature = v,
                                "above 1 wilder, below 1 tamer, 0 greedy [1]"),
                        Flag.real("top_p", null, v -> topP = v, "draw from the likeliest tokens of this share [1]"),
                        Flag.longInteger("seed", seed, v -> seed = v, "the same seed draws the same text")),
                FlagGroup.of(
                        "Machine",
                        Flag.integer("batch_size", batchSize, v -> batchSize = v, "prompts continued at once"),
                        Flag.toggle("disable_tqdm", v -> plain = v, "no progress bar"),
                        machine.device(),
                        machine.dtype(),
                        MachineFlags.threads(v -> threads = v)));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(model, "model_name_or_path", "name a model folder");
        if (prompts.isEmpty() && promptFile == null) {
            throw new InputError("--prompt is missing", "", "give a text to continue, or a --prompt_file");
        }
        Required.atLeast(1, maxNewTokens, "max_new_tokens");
        Required.atLeast(1, batchSize, "batch_size");
        var options = new GenerateOptions(folder, prompts, promptFile, chat, sampling(), maxNewTokens, batchSize);
        if (prompts.size() == 1 && promptFile == null) stream(options, prompts.getFirst(), terminal);
        else list(options, terminal);
        return 0;
    }

    private Sampling sampling() {
        boolean draws = doSample || temperature != null || topP != null;
        return draws
                ? Sampling.of(temperature == null ? 1 : temperature, topP == null ? 1 : topP, seed)
                : new Sampling.Greedy();
    }

    /** A single text appears as it is written, the prompt together with its first piece: an error before that is all there is. */
    private void stream(GenerateOptions options, String prompt, Terminal terminal) {
        var out = terminal.out();
        var begun = new GenerateListener() {
            private boolean prompted = chat;

            @Override
            public void wrote(String piece) {
                prompt();
                out.print(piece);
                out.flush();
            }

            void prompt() {
                if (!prompted) out.print(prompt);
                prompted = true;
            }
        };
        List<String> notices = new ArrayList<>();
        try (var backend = machine.open(threads, notices::add)) {
            var generation = GenerateRun.run(backend, options, begun).getFirst();
            begun.prompt();
            out.println();
            noteEnd("", generation, terminal);
            say(notices, terminal);
        }
    }

    private void list(GenerateOptions options, Terminal terminal) {
        List<Generation> generations;
        List<String> notices = new ArrayList<>();
        try (var backend = machine.open(threads, notices::add);
                var line = new ProgressLine(terminal, "generate", !plain)) {
            generations = GenerateRun.run(backend, options, new GenerateListener() {
                @Override
                public void finished(int done, int total) {
                    line.update(done, total, "prompts");
                }
            });
        }
        for (int i = 0; i < generations.size(); i++) {
            var generation = generations.get(i);
            if (i > 0) terminal.out().println();
            terminal.out().println("--- " + (i + 1) + " of " + generations.size());
            terminal.out()
                    .println(
                            chat
                                    ? "> " + generation.prompt() + "\n" + generation.text()
                                    : generation.prompt() + generation.text());
            noteEnd("prompt " + (i + 1) + ": ", generation, terminal);
        }
        say(notices, terminal);
    }

    /** What the device had to say, beside the text, which alone goes to the output; after an error nobody needs it. */
    private static void say(List<String> notices, Terminal terminal) {
        terminal.out().flush();
        notices.forEach(terminal.err()::println);
    }

    private static void noteEnd(String which, Generation generation, Terminal terminal) {
        if (generation.reason() != FinishReason.POSITIONS) return;
        terminal.out().flush();
        terminal.err()
                .println(which + "ended after " + generation.newTokens() + " tokens: the model has no more positions");
    }
}
