package org.halftune.cli;

import java.io.IOException;
import org.halftune.console.Amounts;
import org.halftune.console.Terminal;
import org.halftune.generate.Chat;
import org.halftune.generate.FinishReason;
import org.halftune.problem.InputError;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;

/**
 * A conversation on the terminal: each line is a user's turn or a command. Answers are streamed to standard output, everything
 * else goes to standard error.
 */
final class ChatConsole {
    private static final String HELP = """
            /reset  start a new conversation; the system message stays
            /help   show this help
            /exit   quit (also Ctrl-D)
            Ctrl-C  stop the answer; with no answer in progress, or a second time, quit""";

    private final Chat chat;
    private final Terminal terminal;
    private final StandardInput input;
    private int turn;

    ChatConsole(Chat chat, Terminal terminal, StandardInput input) {
        this.chat = chat;
        this.terminal = terminal;
        this.input = input;
    }

    /** Runs until the input ends or a line is {@code /exit}. */
    void run() throws IOException {
        while (true) {
            if (input.terminal()) print("> ");
            String line = input.line();
            if (line == null) {
                if (input.terminal()) say("");
                return;
            }
            String word = line.strip();
            if (word.isEmpty()) continue;
            switch (word) {
                case "/exit", "/quit" -> {
                    return;
                }
                case "/reset" -> {
                    chat.reset();
                    if (input.terminal()) say("new conversation");
                }
                case "/help" -> say(HELP);
                default -> {
                    // At a terminal /word is a mistyped command; in a file it may be part of a message.
                    boolean command = input.terminal() && word.matches("/[a-z]+");
                    if (command) say("unknown command " + word + "; /help lists them");
                    else answer(line);
                }
            }
        }
    }

    private void answer(String line) {
        turn++;
        var stop = new StopSignal();
        var out = terminal.out();
        Chat.Reply reply;
        try (var _ = Interrupts.to(stop, () -> {}, Runtime.getRuntime()::halt)) {
            reply = chat.say(
                    line,
                    piece -> {
                        out.print(piece);
                        out.flush();
                    },
                    () -> !stop.requested());
        }
        switch (reply) {
            case Chat.Answer(String _, FinishReason reason) -> {
                out.println();
                out.flush();
                if (stop.requested()) say("(stopped)");
                else if (reason == FinishReason.LENGTH) say("(stopped at --max_new_tokens)");
                else if (reason == FinishReason.POSITIONS) {
                    say("(stopped: the context is full; /reset starts a new conversation)");
                }
                if (input.terminal()) out.println();
            }
            case Chat.NoRoom(int tokens, int positions) -> {
                var problem = new InputError(
                        "the conversation has " + Amounts.counted(tokens, "token")
                                + ", which leaves no room for an answer: the model's context has "
                                + Amounts.counted(positions, "position"),
                        "turn " + turn,
                        "start a new conversation with /reset; this turn was ignored");
                if (!input.terminal()) throw problem;
                say(problem.report());
            }
        }
    }

    private void say(String text) {
        print(text + System.lineSeparator());
    }

    private void print(String text) {
        terminal.out().flush();
        terminal.err().print(text);
        terminal.err().flush();
    }
}
