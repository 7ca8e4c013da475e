// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

/** Reading headers as the framework does, before it does. */
class ManifestTest {

    @Test
    void aClauseHasPathsAttributesAndDirectives() {
        List<Clause> clauses = Clause.parse("a.b;c.d;version=\"[1,2)\";resolution:=optional,e;uses:=\"x,y\"");
        assertThat(clauses).hasSize(2);
        assertThat(clauses.get(0).paths()).containsExactly("a.b", "c.d");
        assertThat(clauses.get(0).attributes()).isEqualTo(Map.of("version", "[1,2)"));
        assertThat(clauses.get(0).directives()).isEqualTo(Map.of("resolution", "optional"));
        assertThat(clauses.get(1).directives()).isEqualTo(Map.of("uses", "x,y"));
    }

    @Test
    void attributesAreTyped() {
        Clause clause = Clause.parse("c;v:Version=1.2;n:Long=7;l:List<String>=\"a,b\";d:Double=0.5;s:String=x")
                .get(0);
        assertThat(clause.attributes())
                .containsEntry("v", new Version(1, 2, 0))
                .containsEntry("n", 7L)
                .containsEntry("l", List.of("a", "b"))
                .containsEntry("d", 0.5)
                .containsEntry("s", "x");
    }

    @Test
    void nonsenseIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clause.parse("a;b=\"c"))
                .withMessageContaining("not closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clause.parse("version=1"))
                .withMessageContaining("names");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clause.parse("a;v:Color=red"))
                .withMessageContaining("Color");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Requirement.of("a", "(("))
                .withMessageContaining("((");
    }

    @Test
    void aRequirementSaysWhatItWants() {
        Requirement requirement =
                Requirement.of("osgi.wiring.package", "(&(osgi.wiring.package=p)(version>=1.0.0)(!(version>=2.0.0)))");
        assertThat(requirement.wanted()).isEqualTo("package p [1.0.0,2.0.0)");
        assertThat(requirement.key()).isEqualTo("osgi.wiring.package/p");
        Capability fits = new Capability(
                "osgi.wiring.package", Map.of("osgi.wiring.package", "p", "version", new Version(1, 9, 0)));
        Capability other = new Capability(
                "osgi.wiring.package", Map.of("osgi.wiring.package", "p", "version", new Version(2, 0, 0)));
        assertThat(requirement.matches(fits)).isTrue();
        assertThat(requirement.matches(other)).isFalse();
    }

    @Test
    void whatIsNotOneThingHasNoKey() {
        assertThat(Requirement.of("a", "(|(a=x)(a=y))").key()).isNull();
        assertThat(Requirement.of("a", "(!(a=x))").key()).isNull();
        assertThat(Requirement.of("a", "(a=x*)").key()).isNull();
        assertThat(Requirement.of("a", null).key()).isNull();
    }
}
