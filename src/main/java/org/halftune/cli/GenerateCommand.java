package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import org.halftune.console.Terminal;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** {@code halftune generate}: continues a prompt, greedily or by sampling. */
final class GenerateCommand implements Command {
    private @Nullable Path model;
    private List<String> prompts = List.of();
    private boolean chat;
    private int maxNewTokens = 128;
    private boolean doSample;
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private long seed = 42;
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
        return "Example:\n  halftune generate out --prompt \"Once upon a time\" --temperature 0.8 --seed 1";
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path("model_name_or_path", "FOLDER", v -> model = v, "a Llama in Hugging Face form"),
                        Flag.texts("prompt", "TEXT", v -> prompts = v, "what the model continues"),
                        Flag.toggle("chat", v -> chat = v, "the prompt is a user's message in a conversation"),
                        Flag.integer("max_new_tokens", maxNewTokens, v -> maxNewTokens = v, "longest continuation")),
                FlagGroup.of(
                        "How tokens are chosen",
                        Flag.toggle(
                                "do_sample",
                                v -> doSample = v,
                                "draw them; otherwise the likeliest is taken. Implied by the next two"),
                        Flag.real("temperature", null, v -> temperature = v, "above 1 wilder, below 1 tamer [1]"),
                        Flag.real("top_p", null, v -> topP = v, "draw from the likeliest tokens of this share [1]"),
                        Flag.longInteger("seed", seed, v -> seed = v, "the same seed draws the same text")),
                FlagGroup.of(
                        "Machine", MachineFlags.device(), MachineFlags.dtype(), MachineFlags.threads(v -> threads = v)));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(model, "model_name_or_path", "name a model folder");
        if (prompts.isEmpty()) throw new InputError("--prompt is missing", "", "give a text to continue");
        Required.atLeast(1, maxNewTokens, "max_new_tokens");
        var heat = temperature == null ? 1 : temperature;
        if (heat < 0) throw Flag.refused("temperature", Double.toString(heat), "give a number of at least 0");
        var share = topP == null ? 1 : topP;
        if (!(share > 0 && share <= 1)) {
            throw Flag.refused("top_p", Double.toString(share), "give a number above 0 and up to 1");
        }
        var sampling = (doSample || temperature != null || topP != null) && heat > 0;
        throw new UnsupportedOperationException("generate " + folder + chat + sampling + seed + threads);
    }
}
