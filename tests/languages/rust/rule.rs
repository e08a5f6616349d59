// SPDX-License-Identifier: MIT
//
// rule.rs: a contract rule in Rust, without the standard library and without crates: a fixed
// amount, and a rate for each case above a threshold. The structs are those of plugin.h, whose
// sizes and offsets layout.json lists; the parts that this rule does not use are filled with zeros.
#![no_std]
#![allow(non_camel_case_types, dead_code)]

use core::ffi::c_void;
use core::ptr::null;

type c_char = i8;
type c_int = i32;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

type rk_num = *const c_void;

#[repr(C)]
struct rk_param {
    name: *const c_char,
    kind: c_int,
    flags: u32,
    offset: usize,
    default_value: *const c_char,
    min: *const c_char,
    max: *const c_char,
    unit: *const c_char,
    words: *const c_void,
    items: *const c_void,
    item_size: usize,
    help: *const c_char,
    usual_min: *const c_char,
    usual_max: *const c_char,
}

#[repr(C)]
struct rk_column {
    table: *const c_char,
    name: *const c_char,
    kind: c_int,
    flags: u32,
    lookup: *const c_char,
    default_value: *const c_char,
    unit: *const c_char,
    words: *const c_void,
    help: *const c_char,
    usual_min: *const c_char,
    usual_max: *const c_char,
}

#[repr(C)]
struct rk_line {
    label: *const c_char,
    quantity: rk_num,
    unit: *const c_char,
    rate: rk_num,
    factor: rk_num,
    amount: rk_num,
    source: *const c_char,
    memo: bool,
}

#[repr(C)]
struct rk_settlement {
    size: usize,
    period: *const c_void,
    of: *const c_void,
    n_of: usize,
    of_total: rk_num,
    quantity: rk_num,
    amount: rk_num,
    element: *const rk_num,
    group: *const c_void,
    n_group: usize,
    of_size: u32,
    group_size: u32,
}

type binary = extern "C" fn(*const rk_host, rk_num, rk_num) -> rk_num;

// As far as `line`: the host's table only grows at the end.
#[repr(C)]
struct rk_host {
    size: usize,
    abi_minor: u32,
    problem: *const c_void,
    warn: *const c_void,
    log: *const c_void,
    decimal: *const c_void,
    integer: extern "C" fn(*const rk_host, i64) -> rk_num,
    ratio: *const c_void,
    add: binary,
    sub: binary,
    mul: binary,
    div: binary,
    neg: *const c_void,
    min: binary,
    max: binary,
    round: *const c_void,
    compare: *const c_void,
    sign: *const c_void,
    label: extern "C" fn(*const rk_host, rk_num, *const c_char) -> rk_num,
    to_decimal: *const c_void,
    has_table: *const c_void,
    has_column: *const c_void,
    n_rows: *const c_void,
    cell: *const c_void,
    cell_text: *const c_void,
    cell_bool: *const c_void,
    line: extern "C" fn(*const rk_host, *const rk_line) -> c_int,
}

type settle_fn =
    extern "C" fn(*const rk_host, *const own_params, *const c_void, *const rk_settlement) -> c_int;

#[repr(C)]
pub struct rk_rule {
    size: usize,
    abi_major: u32,
    abi_minor: u32,
    param_size: u32,
    column_size: u32,
    id: *const c_char,
    version: *const c_char,
    element_size: u32,
    note_size: u32,
    title: *const c_char,
    summary: *const c_char,
    sources: *const c_void,
    params: *const rk_param,
    params_size: usize,
    columns: *const rk_column,
    elements: *const c_void,
    notes: *const c_void,
    rows: *const c_char,
    group_by: *const c_void,
    row_kind: c_int,
    of_use: c_int,
    flags: u32,
    check: *const c_void,
    prepare: *const c_void,
    price: *const c_void,
    settle: settle_fn,
    release: *const c_void,
    reasons: *const c_void,
    reserved: [*const c_void; 6],
    reason_size: u32,
    line_size: u32,
    of_size: u32,
    column_data_size: u32,
}

unsafe impl Sync for rk_rule {}

struct table<T, const N: usize>([T; N]);
unsafe impl<T, const N: usize> Sync for table<T, N> {}

#[repr(C)]
struct rk_elf_note {
    name_size: u32,
    desc_size: u32,
    kind: u32,
    name: [u8; 12],
    abi_major: u32,
    abi_minor: u32,
    rule_size: u32,
    id: [u8; 64],
    version: [u8; 32],
}

const fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut out = [0u8; N];
    let mut i = 0;
    while i < text.len() {
        out[i] = text[i];
        i += 1;
    }
    out
}

#[used]
#[link_section = ".note.reckoner"]
static NOTE: rk_elf_note = rk_elf_note {
    name_size: 9,
    desc_size: 108,
    kind: 1,
    name: padded(b"Reckoner"),
    abi_major: 1,
    abi_minor: 2,
    rule_size: core::mem::size_of::<rk_rule>() as u32,
    id: padded(b"above"),
    version: padded(b"1.0.0"),
};

const REQUIRED: u32 = 1;
const PER_TIME: u32 = 2;
const QUANTITY: u32 = 8;
const EXACT: c_int = 5;
const DECIMAL: c_int = 1;

#[repr(C)]
struct own_params {
    amount: rk_num,
    threshold: rk_num,
    rate: rk_num,
}

macro_rules! text {
    ($s:literal) => {
        concat!($s, "\0").as_ptr() as *const c_char
    };
}

const NO_PARAM: rk_param = rk_param {
    name: null(),
    kind: 0,
    flags: 0,
    offset: 0,
    default_value: null(),
    min: null(),
    max: null(),
    unit: null(),
    words: null(),
    items: null(),
    item_size: 0,
    help: null(),
    usual_min: null(),
    usual_max: null(),
};

static PARAMS: table<rk_param, 4> = table([
    rk_param {
        name: text!("amount"),
        kind: EXACT,
        flags: REQUIRED | PER_TIME,
        offset: 0,
        min: text!("0"),
        unit: text!("GBP"),
        help: text!("Paid whatever is done."),
        ..NO_PARAM
    },
    rk_param {
        name: text!("threshold"),
        kind: EXACT,
        flags: PER_TIME,
        offset: 8,
        default_value: text!("0"),
        min: text!("0"),
        unit: text!("case"),
        help: text!("Cases that the amount pays for."),
        ..NO_PARAM
    },
    rk_param {
        name: text!("rate"),
        kind: EXACT,
        offset: 16,
        default_value: text!("0"),
        unit: text!("GBP"),
        help: text!("Paid for each case above the threshold."),
        ..NO_PARAM
    },
    NO_PARAM,
]);

const NO_COLUMN: rk_column = rk_column {
    table: null(),
    name: null(),
    kind: 0,
    flags: 0,
    lookup: null(),
    default_value: null(),
    unit: null(),
    words: null(),
    help: null(),
    usual_min: null(),
    usual_max: null(),
};

static COLUMNS: table<rk_column, 2> = table([
    rk_column {
        table: text!("activity"),
        name: text!("count"),
        kind: DECIMAL,
        flags: QUANTITY,
        default_value: text!("1"),
        unit: text!("case"),
        help: text!("Cases in the row."),
        ..NO_COLUMN
    },
    NO_COLUMN,
]);

const NO_LINE: rk_line = rk_line {
    label: null(),
    quantity: null(),
    unit: null(),
    rate: null(),
    factor: null(),
    amount: null(),
    source: null(),
    memo: false,
};

extern "C" fn settle(
    h: *const rk_host,
    own: *const own_params,
    _state: *const c_void,
    s: *const rk_settlement,
) -> c_int {
    let (host, p, s) = unsafe { (&*h, &*own, &*s) };
    let cases = (host.label)(h, s.quantity, text!("cases"));
    let above = (host.max)(h, (host.sub)(h, cases, p.threshold), (host.integer)(h, 0));
    let fixed = rk_line {
        label: text!("Fixed amount"),
        rate: p.amount,
        source: text!("amount"),
        ..NO_LINE
    };
    let status = (host.line)(h, &fixed);
    if status != 0 {
        return status;
    }
    let more = rk_line {
        label: text!("Cases above the threshold"),
        quantity: above,
        unit: text!("case"),
        rate: p.rate,
        source: text!("rate"),
        ..NO_LINE
    };
    (host.line)(h, &more)
}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static reckoner_rule_1: rk_rule = rk_rule {
    size: core::mem::size_of::<rk_rule>(),
    abi_major: 1,
    abi_minor: 2,
    param_size: core::mem::size_of::<rk_param>() as u32,
    column_size: core::mem::size_of::<rk_column>() as u32,
    id: text!("above"),
    version: text!("1.0.0"),
    element_size: 24,
    note_size: 16,
    title: text!("Above a threshold"),
    summary: text!("Pays a fixed amount, and a rate for each case above a threshold."),
    sources: null(),
    params: &PARAMS.0 as *const rk_param,
    params_size: core::mem::size_of::<own_params>(),
    columns: &COLUMNS.0 as *const rk_column,
    elements: null(),
    notes: null(),
    rows: text!("activity"),
    group_by: null(),
    row_kind: 0,
    of_use: 0,
    flags: 0,
    check: null(),
    prepare: null(),
    price: null(),
    settle,
    release: null(),
    reasons: null(),
    reserved: [null(); 6],
    reason_size: 16,
    line_size: core::mem::size_of::<rk_line>() as u32,
    of_size: 32,
    column_data_size: 16,
};
