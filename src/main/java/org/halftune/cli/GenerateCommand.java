package org.halftune.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.halftune.generate.Chat;
import org.halftune.generate.ChatOptions;
import org.halftune.generate.FinishReason;
import org.halftune.generate.GenerateListener;
import org.halftune.generate.GenerateOptions;
import org.halftune.generate.GenerateRun;
import org.halftune.generate.Generation;
import org.halftune.generate.GenerationSettings;
import org.halftune.generate.LogitRules;
import org.halftune.generate.Sampling;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** {@code halftune generate}: continues prompts, greedily or by sampling. */
final class GenerateCommand implements Command {
    private @Nullable Path model;
    private List<String> prompts = List.of();
    private @Nullable Path promptFile;
    private boolean chat;
    private @Nullable String system;
    private @Nullable String chatTemplate;
    private @Nullable Integer maxNewTokens;
    private List<String> stops = List.of();
    private boolean doSample;
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private int topK;
    private double minP;
    private double repetitionPenalty = 1;
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
        return "continue prompts, or chat with a model";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return """
                Prints the prompt and its continuation; with --chat only the answer. Several prompts are printed one after
                another, each with its number. --chat without a prompt starts a conversation: each line of standard input is one
                turn. Examples:
                  halftune generate out --prompt "Once upon a time" --temperature 0.8 --seed 1
                  halftune generate out --prompt_file prompts.txt --max_new_tokens 40
                  halftune generate out --chat --system "Answer in one sentence."
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> model = v,
                                "Llama model folder in Hugging Face format"),
                        Flag.texts("prompt", "TEXT", v -> prompts = v, "prompts to continue"),
                        Flag.path(
                                "prompt_file",
                                "FILE",
                                v -> promptFile = v,
                                "a file of prompts: .txt with one prompt per line, or rows with a prompt (JSON, JSONL, CSV, Parquet)"),
                        Flag.toggle(
                                "chat",
                                v -> chat = v,
                                "treat each prompt as a user message and print the answer; without a prompt, start a conversation"),
                        Flag.text("system", "TEXT", "", v -> system = v, "system message for --chat"),
                        Flag.text(
                                "chat_template",
                                "FILE|NAME",
                                "",
                                v -> chatTemplate = v,
                                "a Jinja file, or the name of one of the model's templates [the model's default]"),
                        Flag.integer(
                                "max_new_tokens",
                                null,
                                v -> maxNewTokens = v,
                                "maximum number of tokens to generate [" + GenerateOptions.DEFAULT_MAX_NEW_TOKENS + "; "
                                        + GenerateOptions.DEFAULT_MAX_ANSWER_TOKENS + " in a conversation]"),
                        Flag.texts("stop", "TEXT", v -> stops = v, "stop before one of these texts")),
                FlagGroup.of(
                        "Sampling",
                        Flag.toggle(
                                "do_sample",
                                v -> doSample = v,
                                "sample tokens; otherwise decoding is greedy. Implied by the next four flags"),
                        Flag.real("temperature", null, v -> temperature = v, "sampling temperature; 0: greedy [1]"),
                        Flag.real(
                                "top_p",
                                null,
                                v -> topP = v,
                                "sample from the most likely tokens that add up to this probability [1]"),
                        Flag.integer("top_k", topK, v -> topK = v, "sample from the N most likely tokens; 0: all"),
                        Flag.real(
                                "min_p",
                                minP,
                                v -> minP = v,
                                "sample from tokens with at least this fraction of the top probability; 0: all"),
                        Flag.real(
                                "repetition_penalty",
                                repetitionPenalty,
                                v -> repetitionPenalty = v,
                                "above 1: make tokens of the prompt and of the generated text less likely"),
                        Flag.longInteger("seed", seed, v -> seed = v, "sampling seed")),
                FlagGroup.of(
                        "Machine",
                        Flag.integer(
                                "batch_size",
                                batchSize,
                                v -> batchSize = v,
                                "number of prompts continued at the same time"),
                        Flag.toggle("disable_tqdm", v -> plain = v, "no progress bar"),
                        machine.device(),
                        machine.dtype(),
                        MachineFlags.threads(v -> threads = v)));
    }

    @Override
    public int run(Terminal terminal) throws IOException {
        var folder = Required.path(model, "model_name_or_path", "name a model folder");
        boolean prompted = !prompts.isEmpty() || promptFile != null;
        if (!prompted && !chat) {
            throw new InputError(
                    "--prompt is missing",
                    "",
                    "give a text to continue, a --prompt_file, or --chat to start a conversation");
        }
        if (system != null && !chat) throw new InputError("--system needs --chat", "", "add --chat");
        if (chatTemplate != null && !chat && promptFile == null) {
            throw new InputError("--chat_template needs --chat", "", "add --chat");
        }
        if (maxNewTokens != null) Required.atLeast(1, maxNewTokens, "max_new_tokens");
        Required.atLeast(1, batchSize, "batch_size");
        int longest = prompted ? GenerateOptions.DEFAULT_MAX_NEW_TOKENS : GenerateOptions.DEFAULT_MAX_ANSWER_TOKENS;
        var options = new GenerateOptions(
                folder,
                prompts,
                promptFile,
                chat,
                new ChatOptions(Optional.ofNullable(chatTemplate), Optional.ofNullable(system)),
                new GenerationSettings(sampling(), maxNewTokens == null ? longest : maxNewTokens, stops),
                batchSize);
        if (!prompted) converse(options, terminal);
        else if (prompts.size() == 1 && promptFile == null) stream(options, prompts.getFirst(), terminal);
        else list(options, terminal);
        return 0;
    }

    private Sampling sampling() {
        boolean draws = doSample || temperature != null || topP != null || topK != 0 || minP != 0;
        var rules = new LogitRules(repetitionPenalty, topK, minP);
        return draws
                ? Sampling.of(temperature == null ? 1 : temperature, topP == null ? 1 : topP, rules, seed)
                : new Sampling.Greedy(rules);
    }

    private void converse(GenerateOptions options, Terminal terminal) throws IOException {
        var input = StandardInput.system();
        var notices = new Notices(terminal);
        try (var backend = machine.open(threads, notices::add);
                var talk = Chat.open(backend, options)) {
            talk.notices().forEach(notices::add);
            if (input.terminal()) {
                notices.add("Talk to " + options.model() + " (" + talk.template()
                        + "). /help lists commands, Ctrl-D ends.");
            }
            notices.begin();
            new ChatConsole(talk, terminal, input).run();
        }
    }

    /** Streams one continuation. The prompt is printed with the first piece, so that an early error is the only output. */
    private void stream(GenerateOptions options, String prompt, Terminal terminal) {
        var out = terminal.out();
        var notices = new Notices(terminal);
        var begun = new Told(notices) {
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
        try (var backend = machine.open(threads, notices::add)) {
            var generation = GenerateRun.run(backend, options, begun).getFirst();
            begun.prompt();
            out.println();
            noteEnd("", generation, terminal);
        }
    }

    private void list(GenerateOptions options, Terminal terminal) {
        List<Generation> generations;
        var notices = new Notices(terminal);
        try (var backend = machine.open(threads, notices::add);
                var line = new ProgressLine(terminal, "generate", !plain)) {
            generations = GenerateRun.run(backend, options, new Told(notices) {
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
    }

    /** Holds notices until the work begins. */
    private static class Told implements GenerateListener {
        private final Notices notices;

        Told(Notices notices) {
            this.notices = notices;
        }

        @Override
        public void notice(String text) {
            notices.add(text);
        }

        @Override
        public void begins() {
            notices.begin();
        }
    }

    private static void noteEnd(String which, Generation generation, Terminal terminal) {
        if (generation.reason() != FinishReason.POSITIONS) return;
        terminal.out().flush();
        terminal.err()
                .println(which + "ended after " + Amounts.counted(generation.newTokens(), "token")
                        + ": the model has no more positions");
    }
}
