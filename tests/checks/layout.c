/* SPDX-License-Identifier: MIT
 *
 * layout.c: prints the sizes of the interface's structs and the offsets of their members as JSON:
 * include/reckoner/layout.json. tests/checks/layout.py compares.
 */
#include <stdio.h>

#include <reckoner/plugin.h>

static const char *between = "";

static void begin(const char *name, size_t size)
{
    printf("%s\n    \"%s\": {\"sizeof\": %zu", between, name, size);
    between = ",";
}

#define BEGIN(type)          begin(#type, sizeof(type))
#define MEMBER(type, member) printf(", \"%s\": %zu", #member, offsetof(type, member))
#define END                  printf("}")

int main(void)
{
    printf("{\n  \"abi\": \"%d.%d\",\n  \"machine\": \"64-bit, little-endian\",\n  \"structs\": {",
           RK_ABI_MAJOR, RK_ABI_MINOR);
    BEGIN(rk_param);
    MEMBER(rk_param, name);
    MEMBER(rk_param, type);
    MEMBER(rk_param, flags);
    MEMBER(rk_param, offset);
    MEMBER(rk_param, default_value);
    MEMBER(rk_param, min);
    MEMBER(rk_param, max);
    MEMBER(rk_param, unit);
    MEMBER(rk_param, words);
    MEMBER(rk_param, items);
    MEMBER(rk_param, item_size);
    MEMBER(rk_param, help);
    MEMBER(rk_param, usual_min);
    MEMBER(rk_param, usual_max);
    END;
    BEGIN(rk_list);
    MEMBER(rk_list, items);
    MEMBER(rk_list, n);
    END;
    BEGIN(rk_column);
    MEMBER(rk_column, table);
    MEMBER(rk_column, name);
    MEMBER(rk_column, type);
    MEMBER(rk_column, flags);
    MEMBER(rk_column, lookup);
    MEMBER(rk_column, default_value);
    MEMBER(rk_column, unit);
    MEMBER(rk_column, words);
    MEMBER(rk_column, help);
    MEMBER(rk_column, usual_min);
    MEMBER(rk_column, usual_max);
    END;
    BEGIN(rk_element);
    MEMBER(rk_element, name);
    MEMBER(rk_element, flags);
    MEMBER(rk_element, help);
    END;
    BEGIN(rk_note);
    MEMBER(rk_note, name);
    MEMBER(rk_note, message);
    END;
    BEGIN(rk_reason);
    MEMBER(rk_reason, code);
    MEMBER(rk_reason, text);
    END;
    BEGIN(rk_date);
    MEMBER(rk_date, year);
    MEMBER(rk_date, month);
    MEMBER(rk_date, day);
    END;
    BEGIN(rk_period);
    MEMBER(rk_period, id);
    MEMBER(rk_period, start);
    MEMBER(rk_period, end);
    END;
    BEGIN(rk_column_data);
    MEMBER(rk_column_data, v);
    MEMBER(rk_column_data, has);
    END;
    BEGIN(rk_batch);
    MEMBER(rk_batch, size);
    MEMBER(rk_batch, n);
    MEMBER(rk_batch, column);
    MEMBER(rk_batch, trace);
    MEMBER(rk_batch, column_size);
    END;
    BEGIN(rk_priced);
    MEMBER(rk_priced, size);
    MEMBER(rk_priced, amount);
    MEMBER(rk_priced, element);
    MEMBER(rk_priced, exact_amount);
    MEMBER(rk_priced, exact_element);
    MEMBER(rk_priced, status);
    MEMBER(rk_priced, notes);
    MEMBER(rk_priced, reason);
    END;
    BEGIN(rk_of);
    MEMBER(rk_of, id);
    MEMBER(rk_of, rule);
    MEMBER(rk_of, total);
    MEMBER(rk_of, shadow);
    END;
    BEGIN(rk_group);
    MEMBER(rk_group, label);
    MEMBER(rk_group, quantity);
    MEMBER(rk_group, amount);
    MEMBER(rk_group, element);
    END;
    BEGIN(rk_settlement);
    MEMBER(rk_settlement, size);
    MEMBER(rk_settlement, period);
    MEMBER(rk_settlement, of);
    MEMBER(rk_settlement, n_of);
    MEMBER(rk_settlement, of_total);
    MEMBER(rk_settlement, quantity);
    MEMBER(rk_settlement, amount);
    MEMBER(rk_settlement, element);
    MEMBER(rk_settlement, group);
    MEMBER(rk_settlement, n_group);
    MEMBER(rk_settlement, of_size);
    MEMBER(rk_settlement, group_size);
    END;
    BEGIN(rk_line);
    MEMBER(rk_line, label);
    MEMBER(rk_line, quantity);
    MEMBER(rk_line, unit);
    MEMBER(rk_line, rate);
    MEMBER(rk_line, factor);
    MEMBER(rk_line, amount);
    MEMBER(rk_line, source);
    MEMBER(rk_line, memo);
    END;
    BEGIN(rk_host);
    MEMBER(rk_host, size);
    MEMBER(rk_host, abi_minor);
    MEMBER(rk_host, problem);
    MEMBER(rk_host, warn);
    MEMBER(rk_host, log);
    MEMBER(rk_host, decimal);
    MEMBER(rk_host, integer);
    MEMBER(rk_host, ratio);
    MEMBER(rk_host, add);
    MEMBER(rk_host, sub);
    MEMBER(rk_host, mul);
    MEMBER(rk_host, div);
    MEMBER(rk_host, neg);
    MEMBER(rk_host, min);
    MEMBER(rk_host, max);
    MEMBER(rk_host, round);
    MEMBER(rk_host, compare);
    MEMBER(rk_host, sign);
    MEMBER(rk_host, label);
    MEMBER(rk_host, to_decimal);
    MEMBER(rk_host, has_table);
    MEMBER(rk_host, has_column);
    MEMBER(rk_host, n_rows);
    MEMBER(rk_host, cell);
    MEMBER(rk_host, cell_text);
    MEMBER(rk_host, cell_bool);
    MEMBER(rk_host, line);
    MEMBER(rk_host, group_line);
    MEMBER(rk_host, row_step);
    MEMBER(rk_host, power);
    MEMBER(rk_host, floor);
    MEMBER(rk_host, ceil);
    MEMBER(rk_host, parse);
    MEMBER(rk_host, select);
    MEMBER(rk_host, to_factor);
    MEMBER(rk_host, cell_place);
    MEMBER(rk_host, problem_row);
    MEMBER(rk_host, row_step_factor);
    MEMBER(rk_host, warn_amount);
    END;
    BEGIN(rk_rule);
    MEMBER(rk_rule, size);
    MEMBER(rk_rule, abi_major);
    MEMBER(rk_rule, abi_minor);
    MEMBER(rk_rule, param_size);
    MEMBER(rk_rule, column_size);
    MEMBER(rk_rule, id);
    MEMBER(rk_rule, version);
    MEMBER(rk_rule, element_size);
    MEMBER(rk_rule, note_size);
    MEMBER(rk_rule, title);
    MEMBER(rk_rule, summary);
    MEMBER(rk_rule, sources);
    MEMBER(rk_rule, params);
    MEMBER(rk_rule, params_size);
    MEMBER(rk_rule, columns);
    MEMBER(rk_rule, elements);
    MEMBER(rk_rule, notes);
    MEMBER(rk_rule, rows);
    MEMBER(rk_rule, group_by);
    MEMBER(rk_rule, row_kind);
    MEMBER(rk_rule, of_use);
    MEMBER(rk_rule, flags);
    MEMBER(rk_rule, check);
    MEMBER(rk_rule, prepare);
    MEMBER(rk_rule, price);
    MEMBER(rk_rule, settle);
    MEMBER(rk_rule, release);
    MEMBER(rk_rule, reasons);
    MEMBER(rk_rule, reserved);
    MEMBER(rk_rule, reason_size);
    MEMBER(rk_rule, line_size);
    MEMBER(rk_rule, of_size);
    MEMBER(rk_rule, column_data_size);
    END;
    BEGIN(rk_elf_note);
    MEMBER(rk_elf_note, name_size);
    MEMBER(rk_elf_note, desc_size);
    MEMBER(rk_elf_note, type);
    MEMBER(rk_elf_note, name);
    MEMBER(rk_elf_note, abi_major);
    MEMBER(rk_elf_note, abi_minor);
    MEMBER(rk_elf_note, rule_size);
    MEMBER(rk_elf_note, id);
    MEMBER(rk_elf_note, version);
    END;
    printf("\n  }\n}\n");
    return 0;
}
