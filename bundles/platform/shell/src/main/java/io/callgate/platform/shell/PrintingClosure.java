// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.felix.gogo.runtime.Closure;
import org.apache.felix.gogo.runtime.CommandSessionImpl;
import org.apache.felix.gogo.runtime.Parser.Executable;
import org.apache.felix.gogo.runtime.Parser.Operator;
import org.apache.felix.gogo.runtime.Parser.Pipeline;
import org.apache.felix.gogo.runtime.Parser.Program;
import org.apache.felix.gogo.runtime.Pipe;
import org.apache.felix.gogo.runtime.Token;
import org.apache.felix.service.command.Converter;

/**
 * A command line whose statements print what they return while their output is still what they were given: Gogo itself
 * leaves that to the session, which sees the last result only, and sees it after {@code > FILE} is closed.
 */
final class PrintingClosure extends Closure {

    private final Set<Executable> printing = Collections.newSetFromMap(new IdentityHashMap<>());

    PrintingClosure(CommandSessionImpl session, Program program) {
        super(session, null, program);
        List<Executable> line = program.tokens();
        for (int i = 0; i < line.size(); i++) {
            boolean background = i + 1 < line.size() && Token.eq("&", line.get(i + 1));
            if (!(line.get(i) instanceof Operator) && !background) {
                printing.add(last(line.get(i)));
            }
        }
    }

    /** Of a pipe its end: what the others return, Gogo prints into the pipe. */
    private static Executable last(Executable statement) {
        if (statement instanceof Pipeline pipeline) {
            List<Executable> parts = pipeline.tokens();
            return parts.get(parts.size() - 1);
        }
        return statement;
    }

    @Override
    public Object execute(Executable executable) throws Exception {
        Object result = super.execute(executable);
        if (result != null
                && printing.contains(executable)
                && !Boolean.FALSE.equals(session().get(".Gogo.format"))) {
            PrintStream out = new PrintStream(Pipe.getCurrentPipe().out(), true, StandardCharsets.UTF_8);
            out.println(session().format(result, Converter.INSPECT));
        }
        return result;
    }
}
