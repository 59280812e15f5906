package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Parsing of columns. Errors are in {@link RowReaderTest}. */
class RowParserTest {
    private static final Message USER = Message.of("user", "u");
    private static final Message ASSISTANT = Message.of("assistant", "a");

    @Test
    void messageFieldsReachTheTemplateUnchanged() {
        var row = (Row.Messages) row("""
                {"messages": [{"role": "boss", "content": null, "name": "n", "reasoning_content": "r",
                  "tool_calls": [{"function": {"name": "f", "arguments": "{\\"x\\": 1}"}}, {"function": {"arguments": {"x": 1.5}}}]},
                 {"role": "developer"}, {"role": "tool", "content": [{"type": "text", "text": "t"}], "tool_call_id": "c"}]}
                """);
        var messages = row.conversation().messages();
        assertThat(messages.get(0).fields())
                .containsEntry("role", "boss")
                .containsEntry("content", null)
                .containsEntry("name", "n")
                .containsEntry("reasoning_content", "r")
                .containsEntry(
                        "tool_calls",
                        List.of(
                                Map.of("function", Map.of("name", "f", "arguments", "{\"x\": 1}")),
                                Map.of("function", Map.of("arguments", Map.of("x", 1.5)))));
        assertThat(messages.get(1).fields()).containsOnlyKeys("role");
        assertThat(messages.get(2).fields().get("content")).isEqualTo(List.of(Map.of("type", "text", "text", "t")));
    }

    @Test
    void weightAndTrainExcludeTurnsFromTheLoss() {
        var row = (Row.Messages) row("""
                {"messages": [{"role": "assistant", "content": "a", "weight": 0}, {"role": "assistant", "content": "a", "weight": 1.0},
                 {"role": "assistant", "content": "a", "train": false}, {"role": "assistant", "content": "a", "train": null}]}
                """);
        assertThat(row.conversation().messages())
                .extracting(Message::trainedOn)
                .containsExactly(false, true, false, true);
        assertThat(row.conversation().messages()).allMatch(m -> m.fields().size() == 2);
    }

    @Test
    void systemToolsDocumentsAndVariablesBelongToTheConversation() {
        var row = (Row.Messages) row("""
                {"messages": [{"role": "user", "content": "u"}], "system": "s", "tools": "[{\\"type\\": \\"function\\"}]",
                 "documents": [{"title": "t"}], "chat_template_kwargs": {"enable_thinking": false}}
                """);
        var variables = new LinkedHashMap<String, Object>();
        variables.put("enable_thinking", false);
        variables.put("documents", List.of(Map.of("title", "t")));
        assertThat(row.conversation())
                .isEqualTo(new Conversation(
                        List.of(Message.of("system", "s"), USER), List.of(Map.of("type", "function")), variables));
    }

    @Test
    void shareGptIsParsedAsInLlamaFactory() {
        var row = (Row.Messages) row("""
                {"conversations": [{"from": "human", "value": "u"},
                  {"from": "function_call", "value": "{\\"name\\": \\"f\\", \\"arguments\\": {\\"x\\": 1}}"},
                  {"from": "observation", "value": "3"}, {"from": "gpt", "value": "a"}, {"from": "function_call", "value": "{}"}],
                 "tools": "[{\\"name\\": \\"f\\", \\"parameters\\": {}}]", "system": "s"}
                """);
        var messages = row.conversation().messages();
        assertThat(messages)
                .extracting(Message::role)
                .containsExactly("system", "user", "assistant", "tool", "assistant", "assistant");
        var call = Map.of("type", "function", "function", Map.of("name", "f", "arguments", Map.of("x", 1L)));
        assertThat(messages.get(2).fields())
                .containsEntry("tool_calls", List.of(call))
                .containsEntry("content", "");
        assertThat(messages.get(5).text()).isEqualTo("{}");
        assertThat(row.conversation().tools())
                .containsExactly(Map.of("type", "function", "function", Map.of("name", "f", "parameters", Map.of())));
    }

    @Test
    void alpacaWithSystemOrHistoryIsAConversation() {
        assertThat(row("{'instruction': 'i', 'input': 'x', 'output': 'a', 'system': 's', 'history': [['u', 'a']]}"))
                .isEqualTo(new Row.ChatCompletion(
                        Conversation.of(Message.of("system", "s"), USER, ASSISTANT, Message.of("user", "i\nx")),
                        List.of(ASSISTANT)));
        assertThat(row("{'instruction': 'i', 'output': 'a', 'system': null}")).isInstanceOf(Row.Instruction.class);
        assertThat(row("{'instruction': 'u', 'output': 'a', 'history': []}"))
                .isEqualTo(new Row.ChatCompletion(Conversation.of(USER), List.of(ASSISTANT)));
    }

    @Test
    void preferencesAreParsedInEveryForm() {
        var chat = new Row.ChatPreference(
                Conversation.of(USER), List.of(ASSISTANT), List.of(Message.of("assistant", "b")));
        String u = "{'role': 'user', 'content': 'u'}";
        String a = "{'role': 'assistant', 'content': 'a'}";
        String b = "{'role': 'assistant', 'content': 'b'}";
        assertThat(row("{'prompt': [" + u + "], 'chosen': [" + a + "], 'rejected': [" + b + "]}"))
                .isEqualTo(chat);
        assertThat(row("{'chosen': [" + u + "," + a + "], 'rejected': [" + u + "," + b + "]}"))
                .isEqualTo(chat);
        assertThat(row("{'prompt': 'u', 'chosen': [" + u + "," + a + "], 'rejected': [" + u + "," + b + "]}"))
                .isEqualTo(chat);
        assertThat(row("{'conversations': [{'from': 'human', 'value': 'u'}], 'chosen': {'from': 'gpt', 'value': 'a'}, "
                        + "'rejected': {'from': 'gpt', 'value': 'b'}}"))
                .isEqualTo(chat);
        assertThat(row("{'instruction': 'u', 'input': '', 'chosen': 'a', 'rejected': 'b'}"))
                .isEqualTo(chat);
        assertThat(row("{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}"))
                .isEqualTo(new Row.TextPreference("p", "a", "b"));
        assertThat(row("{'chosen': 'The sky is blue', 'rejected': 'The sky is green'}"))
                .isEqualTo(new Row.TextPreference("The sky is", " blue", " green"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'prompt': 'p', 'chosen': 'a'}                   | the pair has chosen but not rejected
            {'prompt': 'p', 'rejected': 'b'}                 | the pair has rejected but not chosen
            {'prompt': 'p', 'chosen': null, 'rejected': 'b'} | chosen is null
            {'prompt': 'p', 'chosen': 3, 'rejected': 'b'}    | write it as a text, a message or a list of messages
            """)
    void anIncompletePairIsAnErrorThatNamesTheAnswer(String pair, String message) {
        assertThatThrownBy(() -> row(pair)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'input_ids': [1, 2, 3], 'completion_mask': [0, 1, 1]}                               | -100 2 3 | 0
            {'input_ids': [1, 2, 3], 'completion_mask': [0, 1, 1], 'assistant_masks': [1, 0, 1]} | -100 -100 3 | 0
            {'input_ids': [1, 2, 3], 'position_ids': [0, 1, 0]}                                  | 1 2 3 | 0 2
            {'input_ids': [1, 2, 3], 'seq_lengths': [1, 2], 'position_ids': [0, 0, 1]}           | 1 2 3 | 0 1
            {'input_ids': [1, 2, 3], 'labels': [1, -100, 3], 'seq_lengths': [3]}                 | 1 -100 3 | 0
            """)
    void masksAndDocumentsOfTokenizedRowsAreParsed(String json, String labels, String starts) {
        var row = (Row.Tokenized) row(json);
        assertThat(row.labels()).containsExactly(numbers(labels));
        assertThat(row.starts()).containsExactly(numbers(starts));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'prompt': 'p', 'prompt_id': 'x', 'messages': [{'role': 'user', 'content': 'u'}]} | messages | prompt, prompt_id
            {'text': 'a', 'id': 7, 'lang': null, 'source': 's'}                               | text | id, source
            {'instruction': 'i', 'input': null, 'output': 'o', 'text': 'all'}                 | instruction[, input], output | text
            {'input_ids': [1, 2], 'attention_mask': [1, 1], 'text': 'a', 'length': 2}         | input_ids[, labels] | text, length
            {'question': 'q', 'answer': 'a', 'messages': [{'role': 'user', 'content': 'q'}, {'role': 'assistant', 'content': 'a'}]} | question, answer | messages
            {'question': 'q', 'answer': 'a', 'messages': [{'role': 'system', 'content': 's'}, {'role': 'user', 'content': 'q'}, {'role': 'assistant', 'content': 'a'}]} | messages | question, answer
            {'text': 'a', 'images': [], 'label': 1}                                           | text | images, label
            """)
    void formIsDetectedAndUnusedColumnsAreListed(String json, String form, String unused) {
        ParsedRow parsed = parse(json);
        assertThat(parsed.format().columns()).isEqualTo(form);
        assertThat(String.join(", ", parsed.unused())).isEqualTo(unused);
    }

    private static int[] numbers(@Nullable String text) {
        return text == null
                ? new int[0]
                : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    private static Row row(String json) {
        return parse(json).row();
    }

    private static ParsedRow parse(String json) {
        String text = json.startsWith("{'") ? json.replace('\'', '"') : json;
        return RowParser.parse(JsonMapper.shared().readTree(text), new Place(Path.of("rows.jsonl"), 1, 1));
    }
}
