// SPDX-License-Identifier: MIT
//
// empty.cjs: stands for two libraries of maps that Vega names, and that no chart here uses.
module.exports = {};
