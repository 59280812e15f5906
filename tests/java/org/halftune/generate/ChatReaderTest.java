package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.Rendered;
import org.halftune.data.EndOfTurn;
import org.halftune.data.Tokenizer;
import org.halftune.pretrained.ConfigFile;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatReaderTest {
    private final Tokenizer tokenizer = Tokenizer.open(Path.of("models/world-4m"));

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void specialTokenAfterAnAnswerEndsAnswers() {
        var other = otherSpecial();
        var reader = new ChatReader(tokenizer, new Tagged(other), Optional.empty());

        int id = tokenizer.tokenId(other).orElseThrow();
        assertThat(EndOfTurn.of(new Tagged(other), tokenizer)).hasValue(id);
        assertThat(reader.stopIds())
                .contains(id)
                .containsAll(tokenizer.special().stopIds());
        assertThat(reader.notices())
                .containsExactly("answers end at " + other + ", the end-of-turn token of the chat template; "
                        + "the model's configuration does not list it as an end token");
    }

    @Test
    void eosAfterAnAnswerGivesNoNotice() {
        var reader =
                new ChatReader(tokenizer, new Tagged(tokenizer.special().eos().text()), Optional.empty());
        assertThat(reader.stopIds()).isEqualTo(tokenizer.special().stopIds());
        assertThat(reader.notices()).isEmpty();
    }

    @Test
    void textAfterAnAnswerEndsNothing() {
        assertThat(EndOfTurn.of(new Tagged("bye"), tokenizer)).isEmpty();
        assertThat(EndOfTurn.of(new Tagged(""), tokenizer)).isEmpty();
    }

    @Test
    void systemMessageComesFirstAndTheGenerationPromptLast() {
        var reader = new ChatReader(tokenizer, new Tagged("."), Optional.of("Be brief"));
        var text = tokenizer.decode(reader.tokens(List.of(Message.of("user", "hello"))), false);
        assertThat(text.strip()).isEqualTo("system:Be brief.user:hello.assistant:");
    }

    @Test
    void templateThatRejectsTheProbeEndsNothing() {
        ChatTemplate refusing = new Tagged("") {
            @Override
            public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
                throw new InputError("roles must alternate", "template", "");
            }
        };
        assertThat(EndOfTurn.of(refusing, tokenizer)).isEmpty();
    }

    @Test
    void systemMessageIsAddedToConversationsWithoutOne(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("rows.jsonl"), """
                {"messages": [{"role": "user", "content": "hello"}]}
                {"messages": [{"role": "system", "content": "Own"}, {"role": "user", "content": "hello"}]}
                """);
        var turns = new ChatOptions(Optional.empty(), Optional.of("Be brief"));
        var writing = new GenerationSettings(new Sampling.Greedy(), 1, List.of());
        var options = new GenerateOptions(Path.of("models/world-4m"), List.of(), file, true, turns, writing, 1);
        var reader = new ChatReader(tokenizer, new Tagged("."), turns.system());
        var config = ConfigFile.read(Path.of("models/world-4m/config.json")).config();
        var heard = new ArrayList<String>();

        var prompts = new Prompts(tokenizer, reader, config, heard::add).of(options);

        assertThat(prompts)
                .extracting(prompt -> prompt.text().strip())
                .containsExactly("system:Be brief.user:hello.assistant:", "system:Own.user:hello.assistant:");
        assertThat(heard).singleElement().asString().startsWith("--system is not used in 1 row of");
    }

    @Test
    void promptThatStartsWithBosHasOneBos() {
        String text = tokenizer.special().bosText() + "Once";
        assertThat(tokenizer.promptIds(text, true)).isEqualTo(tokenizer.promptIds("Once", true));
    }

    /** A special token that is not an end token of the model. */
    private String otherSpecial() {
        return java.util.stream.IntStream.range(0, tokenizer.vocabSize())
                .filter(id -> !tokenizer.special().stopIds().contains(id))
                .mapToObj(id -> new int[] {id})
                .filter(id -> tokenizer.decode(id, true).isEmpty()
                        && !tokenizer.decode(id, false).isEmpty())
                .map(id -> tokenizer.decode(id, false))
                .findFirst()
                .orElseThrow();
    }

    /** {@code role:content} and then a tag. */
    private static class Tagged implements ChatTemplate {
        private final String tag;

        Tagged(String tag) {
            this.tag = tag;
        }

        @Override
        public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
            var text = new StringBuilder();
            for (var message : conversation.messages()) {
                text.append(message.role() + ":" + message.text() + tag);
            }
            if (addGenerationPrompt) text.append("assistant:");
            return new Rendered(text.toString(), Optional.empty());
        }

        @Override
        public boolean writesSpecialTokens() {
            return true;
        }

        @Override
        public String description() {
            return "tagged";
        }

        @Override
        public String source() {
            return "";
        }
    }
}
